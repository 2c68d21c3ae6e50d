namespace Cano.Integration;

/// <summary>Runs that keep much, in a journal of their own.</summary>
public abstract class LargeRuns : IAsyncLifetime, IDisposable
{
    protected const int Mebibyte = 1 << 20;

    private readonly TempDirectory _directory = new();

    protected FasterCheckpointStore Store { get; private set; } = null!;

    /// <summary>What was undone, newest last: `undo pay`.</summary>
    protected List<string> Undone { get; } = [];

    public async Task InitializeAsync() =>
        Store = await FasterCheckpointStore.OpenAsync(_directory.File("journal"));

    public async Task DisposeAsync() => await Store.DisposeAsync();

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Adds a step that gives its compensation so many characters.</summary>
    protected Workflow<string> Step(Workflow<string> workflow, string state, string next, int size) =>
        workflow.RegisterWithCompensation<string>(
            state,
            (_, _) => new((next, new string('x', size))),
            (_, output, _) =>
            {
                Assert.Equal(size, output.Length);
                Undone.Add($"undo {state}");
                return default;
            }
        );
}
