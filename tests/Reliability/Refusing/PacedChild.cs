using Cano.Reliability.Children;

namespace Cano.Reliability.Refusing;

/// <summary>A process that writes a run row by row, when it is told to.</summary>
internal sealed class PacedChild : IDisposable
{
    private readonly Child _child;
    private readonly string _run;

    private PacedChild(Child child, string run, string first) => (_child, _run, First) = (child, run, first);

    /// <summary>What it said of its opening.</summary>
    public string First { get; }

    /// <summary>How many of its rows were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>How it spells the directory, in which one, with what in its environment, and which locks it
    /// is refused.</summary>
    /// <exception cref="UnavailableException">The system refuses none here.</exception>
    public static async Task<PacedChild> StartAsync(
        string directory,
        string run,
        string? current = null,
        bool hasLocksOff = false,
        params string[] refusal
    )
    {
        var environment = new Dictionary<string, string>();
        if (hasLocksOff)
            environment.Add("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", "1");
        var child = Child.Start(environment, ["pace", directory, run, .. refusal], current);
        var first = await child.ReadLineAsync() ?? "it said nothing";
        if (!first.StartsWith(Refuser.Unavailable, StringComparison.Ordinal))
            return new(child, run, first);
        child.Dispose();
        throw new UnavailableException(first[Refuser.Unavailable.Length..]);
    }

    /// <summary>One that opens the journal.</summary>
    public static async Task<PacedChild> OpenAsync(string directory, string run, bool hasLocksOff = false)
    {
        var opened = await StartAsync(directory, run, hasLocksOff: hasLocksOff);
        Broken.Unless(opened.First == Paced.Opened, $"the opener of run {run} was told: {opened.First}");
        return opened;
    }

    /// <summary>Adds rows; why it could not, or null.</summary>
    public async Task<string?> AddAsync(int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            await _child.TellAsync("add");
            if (await _child.ReadLineAsync() is not Paced.Acknowledged and var told)
            {
                // Gone when it has said so: others may open what it had open.
                await _child.RestAsync();
                return told ?? "it ended without a word";
            }

            Acknowledged++;
        }

        return null;
    }

    /// <summary>Adds rows, each of which is acknowledged.</summary>
    public async Task MustAddAsync(int rows)
    {
        var told = await AddAsync(rows);
        Broken.Unless(told is null, $"run {_run} could not go on: {told}");
    }

    public Task KillAsync() => _child.KillAsync();

    /// <summary>Each acknowledged row is in the journal of the directory.</summary>
    public async Task CheckAsync(string directory)
    {
        await using var store = await Paced.OpenAsync(directory);
        var rows = await store.LoadRunAsync(_run);
        Broken.Unless(
            rows.Count >= Acknowledged,
            $"run {_run}: {rows.Count} of {Acknowledged} acknowledged rows are in '{directory}'"
        );
        for (var row = 0; row < rows.Count; row++)
            Broken.Unless(rows[row] == Paced.RowAt(_run, row), $"run {_run}: row {row} is another");
    }

    public void Dispose() => _child.Dispose();
}
