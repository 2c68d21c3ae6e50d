namespace Cano.Examples.TextPipeline;

/// <summary>The workflow: list the files, count them in rounds, write the report.</summary>
/// <remarks>
/// All that the run knows is in its durable store, and each row of the journal carries what changed there:
/// <code>
/// files      the paths, in order              done       how many of them are done
/// file/7     the counts of file 7             round      how many rounds are done
///                                             round/2    the counts of round 2
/// </code>
/// A state that runs again after a crash writes the same keys again, so nothing is ever counted twice.
/// </remarks>
public sealed class Pipeline(PipelineOptions options)
{
    private const int RoundMax = 64;
    private const int ReadersMax = 8;
    private const string FilesKey = "files";
    private const string DoneKey = "done";
    private const string RoundKey = "round";

    /// <summary>What the report says, once it is written.</summary>
    public TextCounts? Reported { get; private set; }

    public Workflow<Stage> Workflow() =>
        Cano
            .Workflow.Create<Stage>(new Resources().Insert("store", MemoryStore.Durable()))
            .WithName("text-pipeline")
            .Register(Stage.List, List, to: [Stage.CountRound])
            // Some files of a folder are no text: half of a round is enough. All are waited for nevertheless,
            // since a join that goes on at half would cancel the readers that were merely slower.
            .RegisterSplit(
                Stage.CountRound,
                Readers,
                JoinConfig
                    .Create(JoinStrategy.Percentage(0.5), Stage.Advance)
                    .WithBulkhead(ReadersMax)
                    .WaitForAll()
            )
            .Register(Stage.Advance, Advance, to: [Stage.CountRound, Stage.Report])
            .Register(Stage.Report, WriteReportAsync, to: [Stage.Done])
            .AddExitState(Stage.Done);

    private Stage List(TaskContext context)
    {
        context.Store.Put(FilesKey, options.Files());
        context.Store.Put(DoneKey, 0);
        context.Store.Put(RoundKey, 0);
        return Stage.CountRound;
    }

    /// <summary>The branches of the next round: a reader for each of its files.</summary>
    private IEnumerable<ITask<Stage>> Readers(TaskContext context)
    {
        var files = Files(context);
        return Round(files, context.Store.Get<int>(RoundKey)).Select(index => Reader(files[index], index));
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
            TaskConfig.Minimal
        );

    /// <summary>Adds the round up and moves on: one row, that of the next state, carries both.</summary>
    private Stage Advance(TaskContext context)
    {
        var (store, files) = (context.Store, Files(context));
        var number = store.Get<int>(RoundKey);
        var round = Round(files, number).ToList();
        var done = store.Get<int>(DoneKey) + round.Count;
        var read = round.Select(FileKey).Where(store.Contains).Select(store.Get<TextCounts>);
        var unread = context.SplitResult!.Errors.Select(branch => UnreadFile.Of(branch.Name, branch.Error));
        var counts = TextCounts.Sum([.. read, new TextCounts { Unread = [.. unread] }]);
        context.ReportProgress(done, files.Length, "files");

        // Whatever can fail is above: what a failed attempt wrote would be there in the next one.
        store.Put($"round/{number}", counts);
        store.Put(RoundKey, number + 1);
        store.Put(DoneKey, done);
        foreach (var index in round)
            store.Remove(FileKey(index));
        return done < files.Length ? Stage.CountRound : Stage.Report;
    }

    private async Task<Stage> WriteReportAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var rounds = context.Store.Keys.Where(key => key.StartsWith("round/", StringComparison.Ordinal));
        var counts = TextCounts.Sum(rounds.Select(context.Store.Get<TextCounts>));
        await Report.WriteAsync(options.ReportPath, Report.Render(counts), cancellationToken);
        Reported = counts;
        return Stage.Done;
    }

    /// <summary>The indices of a round's files: every so many one, as cards are dealt.</summary>
    /// <remarks>A folder full of pictures is dealt out over all rounds, and is not half of any.</remarks>
    private static IEnumerable<int> Round(string[] files, int number)
    {
        var rounds = (files.Length + RoundMax - 1) / RoundMax;
        return Enumerable.Range(0, files.Length).Where(index => index % rounds == number);
    }

    private static string[] Files(TaskContext context) => context.Store.Get<string[]>(FilesKey);

    private static string FileKey(int index) => $"file/{index}";
}
