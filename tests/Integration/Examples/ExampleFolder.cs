using Cano.Examples.Agent;
using Cano.Examples.Expenses;
using Cano.Examples.Shop;
using Cano.Examples.Terminal;
using Cano.Integration.Stores;

namespace Cano.Integration.Examples;

/// <summary>A folder in which an example at a terminal is opened again and again, and what happens to it in
/// between.</summary>
internal sealed class ExampleFolder : IDisposable
{
    private readonly TempDirectory _folder = new();

    public TextWriter Errors { get; } = new StringWriter { NewLine = "\n" };

    public TypedProgram Expenses(params string[] more) =>
        Open((output, read) => new ExpensesProgram(output, Errors) { ReadLineAsync = read }, more);

    public TypedProgram Shop(params string[] more) =>
        Open((output, read) => new ShopProgram(output, Errors) { ReadLineAsync = read }, more);

    public TypedProgram Agent(params string[] more) =>
        Open((output, read) => new AgentProgram(output, Errors) { ReadLineAsync = read }, more);

    public string File(string name) => _folder.File(name);

    /// <summary>Three processes take a run up, and die before it has come further.</summary>
    public async Task DieThreeTimesAsync(string id)
    {
        await using var store = await FasterCheckpointStore.OpenAsync(File("journal"));
        for (var death = 1; death <= 3; death++)
            await store.ClaimAsync(id, $"process {death}");
    }

    /// <summary>A bit of what the journal has of a run is another; what is before and behind it says whose it
    /// is.</summary>
    public void Damage(string id)
    {
        var log = Path.Combine(File("journal"), "journal.log.0");
        var frames = JournalOnDisk.FramesOf(log, id);
        JournalOnDisk.Flip(log, frames[frames.Count / 2] + 40);
    }

    public void Dispose()
    {
        Errors.Dispose();
        _folder.Dispose();
    }

    private TypedProgram Open(
        Func<TextWriter, Func<CancellationToken, Task<string?>>, TerminalProgram> make,
        string[] more
    ) => new(make, ["--journal", _folder.Path, .. more]);
}
