using Cano.Kernel;
using Cano.Runtime.Data;

namespace Cano;

/// <summary>What a run waits for.</summary>
/// <param name="Until">When the wait is over by itself, in UTC; null when it is not.</param>
/// <param name="Signals">The signals that end it.</param>
/// <param name="ChildRunId">A child whose end ends it, of several the one that began last; null when it waits
/// for none.</param>
public sealed record RunWait(DateTimeOffset? Until, IReadOnlyList<string> Signals, string? ChildRunId)
{
    /// <inheritdoc cref="RunWait(DateTimeOffset?, IReadOnlyList{string}, string?)"/>
    public IReadOnlyList<string> Signals
    {
        get;
        init => field = ContentList<string>.Of(value);
    } = ContentList<string>.Of(Signals ?? []);

    /// <summary>What is waited for.</summary>
    public override string ToString() =>
        string.Join(
            ", ",
            new[]
            {
                Until is { } until ? $"until {Words.Instant(until)}" : null,
                Signals is { Count: > 0 } ? $"for {string.Join(" or ", Signals)}" : null,
                ChildRunId is null ? null : $"for child {ChildRunId}",
            }.Where(part => part is not null)
        );
}
