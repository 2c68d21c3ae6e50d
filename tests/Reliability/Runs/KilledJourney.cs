using Cano.FaultyDisks;
using Cano.Reliability.Journals;

namespace Cano.Reliability.Runs;

/// <summary>Runs a workflow once, kills it at every change of the disk, and resumes each of what is
/// left.</summary>
internal static class KilledJourney
{
    private const string Id = "run";

    /// <summary>A task started when the disk was at the position.</summary>
    private readonly record struct Mark(string Task, int Position);

    /// <returns>How many kills there were.</returns>
    public static async Task<int> EverywhereAsync(Journey journey)
    {
        var disk = new FaultDisk();
        var marks = new List<Mark>();
        string outcome;
        await using (var store = await SmallJournal.OpenAsync(disk))
        {
            var workflow = journey.Make(store, task => marks.Add(new(task, disk.Position)));
            outcome = await OutcomeAsync(workflow, journey.Begin);
        }

        var state = new DiskState(DiskImage.Empty);
        var kills = 0;
        foreach (var change in disk.History)
        {
            state.Apply(change);
            kills++;
            var again = await ResumedAsync(journey, new FaultDisk(state.Written()), outcome);
            Check(marks, kills, again, journey.Name);
        }

        return kills;
    }

    /// <summary>Goes on where the run stopped, or begins it where nothing is left; the tasks that
    /// ran.</summary>
    private static async Task<List<string>> ResumedAsync(Journey journey, FaultDisk disk, string outcome)
    {
        var again = new List<string>();
        await using var store = await SmallJournal.OpenAsync(disk);
        var rows = await store.LoadRunAsync(Id);
        var workflow = journey.Make(store, again.Add);
        var ended = await OutcomeAsync(workflow, rows.Count == 0 ? journey.Begin : null);
        Broken.Unless(ended == outcome, $"the resumed run ended with '{ended}' instead of '{outcome}'");
        Broken.Unless((await store.LoadRunAsync(Id)).Count == 0, "the finished run has rows");
        return again;
    }

    /// <summary>What ran again is the rest of the run, and of what had begun at most the last task.</summary>
    private static void Check(List<Mark> marks, int position, List<string> again, string name)
    {
        var begunMin = marks.Count(mark => mark.Position < position);
        var begunMax = marks.Count(mark => mark.Position <= position);
        var isRest = marks.Skip(marks.Count - again.Count).Select(mark => mark.Task).SequenceEqual(again);
        var isWhole = again.Count == marks.Count && begunMin == marks.Count;
        Broken.Unless(
            isRest
                && (
                    isWhole
                    || (again.Count >= marks.Count - begunMax && again.Count <= marks.Count - begunMin + 1)
                ),
            $"{name}, killed after change {position}, when {begunMin} to {begunMax} of {marks.Count} tasks had "
                + $"begun: the resumed run ran {string.Join(", ", again)}"
        );
    }

    /// <summary>The exit or the error that the run ends with; it is resumed when no state is given.</summary>
    private static async Task<string> OutcomeAsync(Workflow<string> workflow, string? begin)
    {
        try
        {
            return begin is null
                ? await workflow.ResumeFromAsync(Id)
                : await workflow.OrchestrateAsync(begin, Id);
        }
        catch (CanoException failed)
        {
            return $"{failed.Error.Category}: {failed.Error.Message}";
        }
    }
}
