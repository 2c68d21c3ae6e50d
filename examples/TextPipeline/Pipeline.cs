namespace Cano.Examples.TextPipeline;

/// <summary>The workflow: list the files, count them in rounds, write the report.</summary>
/// <remarks>
/// All that the run knows is in its durable store, and each row of the journal carries what changed there:
/// <code>
/// files      the paths, in order              position   how many of them are done
/// file/7     the counts of file 7             round/64   the counts of the round that began at file 64
/// </code>
/// A state that runs again after a crash writes the same keys again, so nothing is ever counted twice.
/// </remarks>
public sealed class Pipeline(PipelineOptions options, Progress progress)
{
    private const int RoundMax = 64;
    private const int ReadersMax = 8;
    private const string FilesKey = "files";
    private const string PositionKey = "position";

    public Workflow<Stage> Workflow() =>
        Cano.Workflow.Create<Stage>(new Resources().Insert("store", MemoryStore.Durable()))
            .WithName("text-pipeline")
            .Register(Stage.List, List, to: [Stage.CountRound])
            // Some files of a folder are no text: half of a round is enough. All are waited for nevertheless,
            // since a join that goes on at half would cancel the readers that were merely slower.
            .RegisterSplit(
                Stage.CountRound,
                Readers,
                JoinConfig.Create(JoinStrategy.Percentage(0.5), Stage.Advance)
                    .WithBulkhead(ReadersMax)
                    .WaitForAll())
            .Register(Stage.Advance, Advance, to: [Stage.CountRound, Stage.Report])
            .Register(Stage.Report, WriteReportAsync, to: [Stage.Done])
            .AddExitState(Stage.Done);

    private Stage List(TaskContext context)
    {
        Enter(context);
        context.Store.Put(FilesKey, options.Files());
        context.Store.Put(PositionKey, 0);
        return Stage.CountRound;
    }

    /// <summary>The branches of one round: a reader for each of the next files.</summary>
    private IEnumerable<ITask<Stage>> Readers(TaskContext context)
    {
        Enter(context);
        var files = Files(context);
        return Round(context, files).Select(index => Reader(files[index], index));
    }

    /// <summary>One attempt is enough: a file that is no text will not become one.</summary>
    private ITask<Stage> Reader(string path, int index) =>
        CanoTask.From(
            path,
            async (context, cancellationToken) =>
            {
                await Task.Delay(options.Pace, context.TimeProvider, cancellationToken);
                var counts = await TextFile.CountAsync(options.Folder, path, cancellationToken);
                context.Store.Put(FileKey(index), counts);
                return Stage.Advance;
            },
            TaskConfig.Minimal);

    /// <summary>Adds the round up and moves on: one row, that of the next state, carries both.</summary>
    private Stage Advance(TaskContext context)
    {
        Enter(context);
        var (store, files) = (context.Store, Files(context));
        var round = Round(context, files).ToList();
        var position = round[^1] + 1;
        var read = round.Select(FileKey).Where(store.Contains).Select(store.Get<TextCounts>);
        var unread = context.SplitResult!.Errors.Select(branch => UnreadFile.Of(branch.Name, branch.Error));
        var counts = TextCounts.Sum([.. read, new TextCounts { Unread = [.. unread] }]);
        progress.Round(position, files.Length);

        // Whatever can fail is above: what a failed attempt wrote would be there in the next one.
        store.Put($"round/{round[0]}", counts);
        store.Put(PositionKey, position);
        foreach (var index in round) store.Remove(FileKey(index));
        return position < files.Length ? Stage.CountRound : Stage.Report;
    }

    private async Task<Stage> WriteReportAsync(TaskContext context, CancellationToken cancellationToken)
    {
        Enter(context);
        var rounds = context.Store.Keys.Where(key => key.StartsWith("round/", StringComparison.Ordinal));
        var counts = TextCounts.Sum(rounds.Select(context.Store.Get<TextCounts>));
        await Report.WriteAsync(options.ReportPath, Report.Render(counts), cancellationToken);
        return Stage.Done;
    }

    /// <summary>The indices of the round's files. Rounds are evenly large, so that no single file at the end
    /// is a round by itself.</summary>
    private static IEnumerable<int> Round(TaskContext context, string[] files)
    {
        var rounds = (files.Length + RoundMax - 1) / RoundMax;
        var size = (files.Length + rounds - 1) / rounds;
        var position = context.Store.Get<int>(PositionKey);
        return Enumerable.Range(position, Math.Min(size, files.Length - position));
    }

    private void Enter(TaskContext context)
    {
        var files = context.Store.GetOr<string[]>(FilesKey, []);
        progress.Entered(context.State, context.Store.GetOr(PositionKey, 0), files.Length);
    }

    private static string[] Files(TaskContext context) => context.Store.Get<string[]>(FilesKey);

    private static string FileKey(int index) => $"file/{index}";
}
