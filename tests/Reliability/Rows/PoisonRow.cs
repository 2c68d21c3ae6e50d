using System.Globalization;
using Cano.Reliability.Children;

namespace Cano.Reliability.Rows;

/// <summary>Many interrupted runs, one of which kills the process whenever it is resumed; the process is
/// started again until it ends by itself.</summary>
internal static class PoisonRow
{
    private const int TriesMax = 3;

    public static ScoreRow Row { get; } =
        new(
            18,
            "poison",
            "a run that kills the process is quarantined after three tries, and all others end",
            QuickCount: 100,
            FullCount: 1_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        using var directory = new TempDirectory();
        var poison = IdOf(trials.Chance(0).Next(trials.Count));
        await InterruptAsync(directory.Path, trials.Count);

        var (deaths, most, ended) = (0, 0, 0);
        while (true)
        {
            using var child = Child.Start("resume", directory.Path, poison);
            var said = await child.RestAsync();
            var isOver = said is [.., var last] && last.Contains(" of ", StringComparison.Ordinal);
            foreach (var line in isOver ? said.SkipLast(1) : said)
                most = Math.Max(most, int.Parse(line, CultureInfo.InvariantCulture));
            if (isOver)
            {
                int[] told =
                [
                    .. said[^1]
                        .Split(" of ")
                        .Select(number => int.Parse(number, CultureInfo.InvariantCulture)),
                ];
                ended = told[0];
                Broken.Unless(
                    told[1] == ended + 1,
                    $"{told[1] - ended} runs did not end; one was to be quarantined"
                );
                break;
            }

            Broken.Unless(++deaths <= TriesMax, $"{poison} has killed the process {deaths} times");
        }

        Broken.Unless(deaths == TriesMax, $"the process died {deaths} times");
        Broken.Unless(most <= Resumer.Places, $"{most} runs worked at once");
        await using var store = await FasterCheckpointStore.OpenAsync(directory.Path);
        var left = new List<RunSummary>();
        await foreach (var run in store.ListRunsAsync(RunFilter.All))
            left.Add(run);
        Broken.Unless(
            left is [{ Status: RunStatus.Quarantined } only] && only.RunId == poison,
            $"left are {string.Join(", ", left.Select(run => $"{run.RunId} {run.Status}"))}"
        );
        return $"{trials.Count:N0} runs, {deaths} deaths, 1 quarantined, {trials.Count - 1:N0} ended, {ended:N0} of them in the last process; "
            + $"at most {most} at once";
    }

    /// <summary>Runs as a crash leaves them: about to do their work.</summary>
    private static async Task InterruptAsync(string directory, int count)
    {
        await using var store = await FasterCheckpointStore.OpenAsync(directory);
        var row = new CheckpointRow
        {
            Sequence = 0,
            Kind = RowKind.StateEntered,
            State = Resumer.State,
            TaskName = Resumer.State,
            WorkflowName = Resumer.Workflow,
        };
        await Task.WhenAll(
            Enumerable
                .Range(0, count)
                .Select(run => Task.Run(() => store.AppendAsync(IdOf(run), row, 1).AsTask()))
        );
    }

    private static string IdOf(int run) => $"errand-{run:0000}";
}
