using System.Globalization;
using Cano.Reliability.Children;

namespace Cano.Reliability.Rows;

/// <summary>Kills a process in the middle of eight runs, again and again, until they have ended; after each
/// kill the journal is held against what the process told.</summary>
internal static class KillRow
{
    /// <summary>How many lines of a child are awaited at most before it is killed.</summary>
    private const int LinesMax = 250;

    public static ScoreRow Row { get; } =
        new(
            1,
            "kill",
            "kill -9 loses no acknowledged row, invents none, and every run ends after resume",
            10,
            1_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var (kills, acknowledged, runs, last) = (0, 0L, 0, false);
        for (var trial = 0; !last; trial++)
        {
            using var directory = new TempDirectory();
            var name = trial.ToString(CultureInfo.InvariantCulture);
            var ledgers = Enumerable.Range(0, Worker.Runs).Select(run => new KillLedger(name, run)).ToArray();
            var ended = false;
            while (!ended)
            {
                last = kills == trials.Count;
                int? patience = last ? null : trials.Chance(kills).Next(LinesMax);
                var lines = await LivedAsync(directory.Path, name, patience);
                ended = lines is [.., "done"];
                if (!ended)
                    kills++;
                Broken.Unless(
                    ended || !last,
                    $"trial {trial}: a process that nobody killed did not end its runs"
                );
                foreach (var ledger in ledgers)
                    ledger.Hear(lines);
                await CompareAsync(directory.Path, ledgers);
            }

            foreach (var ledger in ledgers)
                ledger.CheckEnd();
            acknowledged += ledgers.Sum(ledger => ledger.Acknowledged);
            runs += ledgers.Length;
        }

        return $"{kills:N0} kills, {acknowledged:N0} acknowledged rows, 0 lost, 0 phantom, {runs:N0} runs ended";
    }

    /// <summary>What a child tells until it is killed, or ends.</summary>
    private static async Task<List<string>> LivedAsync(string directory, string trial, int? patience)
    {
        using var child = Child.Start("work", directory, trial);
        var lines = new List<string>();
        while (patience is null || lines.Count < patience)
        {
            if (await child.ReadLineAsync() is not { } line)
                break;
            lines.Add(line);
        }

        await child.KillAsync();
        lines.AddRange(await child.RestAsync());
        return lines;
    }

    private static async Task CompareAsync(string directory, KillLedger[] ledgers)
    {
        await using var store = await FasterCheckpointStore.OpenAsync(directory);
        foreach (var ledger in ledgers)
            ledger.Compare(await store.LoadRunAsync(ledger.Id));
        await foreach (var run in store.ListRunsAsync(RunFilter.All))
            Broken.Unless(
                ledgers.Any(ledger => ledger.Id == run.RunId),
                $"run {run.RunId} was never started"
            );
    }
}
