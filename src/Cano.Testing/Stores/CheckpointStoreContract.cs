using Cano.Testing.Stores;

namespace Cano.Testing;

/// <summary>What every <see cref="ICheckpointStore"/> promises, as cases that need no test
/// framework.</summary>
/// <example>With xunit, each case a row of a theory:
/// <code>
/// public static TheoryData&lt;StoreCase&gt; Cases => [.. CheckpointStoreContract.Cases];
///
/// [Theory, MemberData(nameof(Cases))]
/// public Task My_store(StoreCase promise) => promise.RunAsync(OpenMyStoreAsync);
/// </code>
/// </example>
public static class CheckpointStoreContract
{
    /// <summary>The cases of a store that outlives its being closed.</summary>
    public static IReadOnlyList<StoreCase> Cases { get; } =
    [
        .. AppendCases.All,
        .. BeginCases.All,
        .. DeferCases.All,
        .. ClaimCases.All,
        .. ListCases.All,
        .. PageCases.All,
        .. InboxCases.All,
        .. NodeCases.All,
        .. ParkCases.All,
        .. DueCases.All,
        .. ReopenCases.All,
    ];
}
