using Cano.Integration.Examples;

namespace Cano.Integration.Stores;

/// <summary>Alone, because a process has one current directory.</summary>
[Collection(StartsProcesses.Name)]
public sealed class CurrentDirectoryTests : IDisposable
{
    private readonly TempDirectory given = new();
    private readonly TempDirectory later = new();
    private readonly string before = Environment.CurrentDirectory;

    public void Dispose()
    {
        Environment.CurrentDirectory = before;
        given.Dispose();
        later.Dispose();
    }

    [Fact]
    [Trait("ID", "F73")]
    public async Task A_relative_directory_is_the_one_that_it_was_when_it_was_given()
    {
        Environment.CurrentDirectory = given.Path;
        var workflow = OneState.Awaiting(_ => Task.CompletedTask).WithCheckpoints("journal");
        Environment.CurrentDirectory = later.Path;

        await workflow.OrchestrateAsync(Stage.Start, "run");

        Assert.True(File.Exists(given.File("journal/journal.meta")));
        Assert.False(Directory.Exists(later.File("journal")));
        await FasterCheckpointStore.CloseAsync(given.File("journal"));
    }
}
