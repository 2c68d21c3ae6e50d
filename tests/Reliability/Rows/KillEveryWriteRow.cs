using Cano.FaultyDisks;
using Cano.Reliability.Journals;
using Cano.Reliability.Runs;

namespace Cano.Reliability.Rows;

/// <summary>The process is killed before, in and after every write of a writer, and of workflows.</summary>
internal static class KillEveryWriteRow
{
    private const int Deeds = 40;

    public static ScoreRow Row { get; } =
        new(
            Number: 2,
            Name: "kill-every-write",
            Claim: "a kill at any write loses no acknowledged row, and no task runs again that a row stands behind",
            QuickCount: 20,
            FullCount: 300,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var kills = 0;
        for (var trial = 0; trial < trials.Count; trial++)
        {
            var chance = trials.Chance(trial);
            var script = Script.Draw(chance, Deeds);
            var work = await Trial.RunAsync(
                trials,
                trial,
                "a sound disk",
                () => Work.DoneAsync(script, closes: true)
            );
            kills += await KillAllAsync(trials, trial, work, chance);
        }

        var resumed = 0;
        foreach (var journey in Journey.All)
            resumed += await Trial.RunAsync(
                trials,
                0,
                journey.Name,
                () => KilledJourney.EverywhereAsync(journey)
            );
        return $"{trials.Count:N0} scripts, {kills:N0} kills, {resumed:N0} workflows resumed: "
            + "0 acknowledged rows lost, 0 wrong rows, 0 tasks run again";
    }

    private static async Task<int> KillAllAsync(Trials trials, int trial, Work work, Random chance)
    {
        var kills = 0;
        var state = new DiskState(work.Disk.Begun);
        var history = work.Disk.History;
        for (var position = 0; position <= history.Count; position++)
        {
            var expected = work.Ledger.At(position);
            var next = position < history.Count ? history[position] : null;
            foreach (var image in Killed(state, next, chance))
            {
                var what = $"killed after change {position}";
                await Trial.RunAsync(trials, trial, what, () => Inspection.CrashedAsync(image, expected));
                kills++;
            }

            if (next is not null)
                state.Apply(next);
        }

        return kills;
    }

    /// <summary>What is written between two calls, and in the middle of a write.</summary>
    private static IEnumerable<DiskImage> Killed(DiskState state, DiskChange? next, Random chance)
    {
        var written = state.Written();
        yield return written;
        if (next is not DiskChange.Write write || state.PathOf(write.File) is not { } path)
            yield break;

        var content = new DiskContent(written[path]);
        content.Write(write.Position, write.Bytes.AsSpan(0, chance.Next(write.Bytes.Length)));
        yield return written.With(path, content.ToArray());
    }
}
