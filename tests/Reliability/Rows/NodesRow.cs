using Cano.Reliability.Nodes;

namespace Cano.Reliability.Rows;

/// <summary>Engines that share a store: their ways to it are cut or slow, they die and come back, the store
/// restarts and its clock is set, and they are suspended.</summary>
internal static class NodesRow
{
    public static ScoreRow Row { get; } =
        new(
            32,
            "nodes",
            "of nodes that share a store one works on a run, a dead one's runs go on, and no acknowledged row is lost",
            QuickCount: 60,
            FullCount: 2_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var events = new Dictionary<string, int>();
        int runs = 0,
            refused = 0,
            takenOver = 0,
            late = 0,
            woken = 0,
            elsewhere = 0;
        for (var trial = 0; trial < trials.Count; trial++)
        {
            var story = new Story(trials.Chance(trial));
            await Trial.RunAsync(trials, trial, "a story of nodes", story.RunAsync);
            foreach (var (what, count) in story.Events)
                events[what] = events.GetValueOrDefault(what) + count;
            runs += story.RunCount;
            refused += story.Told.RefusedCount;
            takenOver += story.Told.TakenOverCount;
            late += story.Told.LateCount;
            woken += story.Told.WokenCount.All;
            elsewhere += story.Told.WokenCount.Elsewhere;
        }

        Broken.Unless(trials.Count < 50 || takenOver > 0, "nothing was taken over");
        Broken.Unless(trials.Count < 50 || elsewhere > 0, "no parked run was woken by another node");
        var told = string.Join(
            ", ",
            events.OrderBy(one => one.Key).Select(one => $"{one.Value:N0} × {one.Key}")
        );
        return $"{trials.Count:N0} stories, {runs:N0} runs: {told}; {takenOver:N0} runs taken over from the dead, {woken:N0} woken when they were due, {elsewhere:N0} of them by another node than had parked them, {refused:N0} rows of "
            + $"those who had lost theirs refused, {late:N0} bodies begun by who was paused beyond a lease; 0 acknowledged rows lost, 0 runs worked on twice, 0 left lying";
    }
}
