using Cano.Cluster.Servers;

namespace Cano.Cluster.Guides;

/// <summary>A program moves from the embedded journal to the cluster, as docs/scaling.md has it.</summary>
public sealed class MovingGuideTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cano-move-");

    public void Dispose() => _folder.Delete(recursive: true);

    [PostgresFact]
    [Trait("ID", "Z46")]
    public async Task A_program_that_moves_in_the_midst_comes_to_what_it_would_have_come_to()
    {
        using var server = await PostgresServer.StartAsync();
        var stayed = new OrderProgram();
        var moved = new OrderProgram();
        await using (var engine = await CanoEngine.OpenAsync(PathOf("stays"), stayed.Options))
            await stayed.BeginAsync(engine);
        await using (var engine = await CanoEngine.OpenAsync(PathOf("moves"), moved.Options))
            await moved.BeginAsync(engine);

        IReadOnlyList<string> rows;
        await using (var engine = await CanoEngine.OpenAsync(PathOf("stays"), stayed.Options))
            rows = await stayed.GoOnAsync(engine);
        Assert.Equal(
            "12 runs copied, 69 rows written, 0 left out",
            await CopyAsync(PathOf("moves"), server.ConnectionString)
        );
        await using (var store = await PostgresCheckpointStore.OpenAsync(server.ConnectionString))
        await using (var engine = await CanoEngine.OpenAsync(store, moved.Options))
            Assert.Equal(rows, await moved.GoOnAsync(engine));

        Assert.Equal(stayed.Marks, moved.Marks);
        // Each thing once, and each undone once.
        string[] expected =
        [
            .. Of("at work", "End", "book", "charge", "reserve"),
            .. Of("brought", "End", "book", "charge", "reserve"),
            .. Of("late", "Stop", "reserve"),
            .. Of("paid", "End", "book", "charge", "reserve"),
            .. Of("refused", "charge", "reserve", "task_execution", "undo charge", "undo reserve"),
            .. OrderProgram.Ids.Select(id => $"{id}/1: send"),
            .. new[] { "report 0", "report 1", "report 2" },
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), moved.Marks);
    }

    private static async Task<string> CopyAsync(string path, string connection)
    {
        var Console = new StringWriter();
        await using var journal = await FasterCheckpointStore.OpenAsync(path);
        await using var store = await PostgresCheckpointStore.OpenAsync(connection);
        var report = await JournalCopy.RunAsync(journal, store);
        foreach (var (run, why) in report.Left)
            Console.WriteLine($"{run} was left out: {why}");
        return $"{report}{Console}";
    }

    private static IEnumerable<string> Of(string run, params string[] marks) =>
        marks.Select(mark => $"{run}: {mark}");

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
