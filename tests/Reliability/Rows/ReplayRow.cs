using Cano.Model;

namespace Cano.Reliability.Rows;

/// <summary>A run is nothing but its events, and its memory nothing but its rows: looked at after every event
/// of the stories of the row `model`.</summary>
internal static class ReplayRow
{
    public static ScoreRow Row { get; } =
        new(
            12,
            "replay",
            "after every event: the run is the fold of its events, and its rows' bytes give its memory back",
            1_000,
            20_000,
            trials => Task.FromResult(Run(trials))
        );

    private static string Run(Trials trials)
    {
        var (lives, events) = (0L, 0L);
        for (var trial = 0; trial < trials.Count; trial++)
        {
            var walk = new Walk(Stories.draw(trials.Chance(trial)));
            walk.Tell();
            foreach (var life in walk.Lives)
            {
                var problems = Replay.problems(walk.Plan, life);
                Broken.Unless(problems.IsEmpty, $"trial {trial}: {string.Join("; ", problems)}");
                lives++;
                events += life.Steps.Count;
            }
        }

        return $"{trials.Count} stories, {lives} processes, {events} events, each replayed";
    }
}
