using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Cano.Examples.Terminal;

/// <summary>The runs of a desk, as people ask for them.</summary>
/// <param name="engine">Whose runs.</param>
/// <param name="noun">What one is called.</param>
/// <param name="output">Where answers go.</param>
public sealed class Runs(CanoEngine engine, string noun, TextWriter output)
{
    private const int ListMax = 50;

    /// <summary>"trip-7: 120.00 for lunch: paid"; of one whose input cannot be read only where it
    /// is.</summary>
    public static string Line<T>(RunInfo run, Func<T, string> told, string where) =>
        run.InputJson is null ? $"{run.RunId}: {where}" : $"{run.RunId}: {told(InputOf<T>(run))}: {where}";

    public static T InputOf<T>(RunInfo run) => JsonSerializer.Deserialize<T>(run.InputJson!)!;

    /// <exception cref="MistakeException">There is none.</exception>
    public async Task<RunInfo> FindAsync(string id, CancellationToken cancellationToken) =>
        await engine.FindAsync(id, cancellationToken)
        ?? throw new MistakeException($"there is no {noun} '{id}'");

    /// <summary>As <see cref="FindAsync"/>, of one that something can be done with.</summary>
    /// <exception cref="MistakeException">There is none, or it is damaged.</exception>
    public async Task<RunInfo> FindWholeAsync(string id, CancellationToken cancellationToken)
    {
        var run = await FindAsync(id, cancellationToken);
        return run.Damage is null ? run : throw new MistakeException($"{id} is {RunWords.Trouble(run)}");
    }

    public IAsyncEnumerable<RunInfo> ListAsync(RunQuery which, CancellationToken cancellationToken) =>
        ListAsync(which, _ => true, cancellationToken);

    /// <summary>The engine lists what it need not read rows for; the input comes from each run.</summary>
    public async IAsyncEnumerable<RunInfo> ListAsync(
        RunQuery which,
        Func<RunInfo, bool> isWanted,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var listed = engine.ListAsync(which, cancellationToken).Where(isWanted).Take(ListMax);
        await foreach (var run in listed)
            yield return await FindAsync(run.RunId, cancellationToken);
    }

    /// <summary>Gives one that failed, or was set aside, its tries back.</summary>
    public async Task RetryAsync(string id, CancellationToken cancellationToken)
    {
        await FindWholeAsync(id, cancellationToken);
        await engine.RetryAsync(id, cancellationToken);
        output.WriteLine($"{id}: goes on");
    }
}
