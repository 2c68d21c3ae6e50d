using Cano.Model;

namespace Cano.Reliability.Rows;

/// <summary>Random stories, told by the reference model, and lived by the interpreter and by the kernel
/// alone.</summary>
internal static class ModelRow
{
    /// <summary>Each feature must be met by at least this share of the stories, once there are enough to
    /// tell.</summary>
    private const double ShareMin = 0.04;

    private const int CountForShares = 10_000;

    public static ScoreRow Row { get; } =
        new(
            11,
            "model",
            "random workflows behave as a naive reference model: same calls, rows, hooks and results",
            1_000,
            20_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var shares = new Shares();
        var (rows, hooks) = (0L, 0L);
        for (var trial = 0; trial < trials.Count; trial++)
        {
            var story = Stories.draw(trials.Chance(trial));
            var told = await HoldAsync(story, trial);
            shares.Add(Features.met(story, told));
            rows += told.Rows.Length;
            hooks += told.Hooks.Length;
        }

        if (trials.Count >= CountForShares)
            shares.RequireEach(ShareMin);
        return $"{trials.Count} stories, {rows} rows, {hooks} hooks, 0 differences; {shares}";
    }

    /// <summary>What both tell of a story.</summary>
    private static async Task<Told> HoldAsync(Story story, int trial)
    {
        var expected = Cano.Model.Model.tell(story);
        var actual = await Lived.tellAsync(story);
        Same(Difference.find(expected, actual), actual);
        var walked = new Walk(story).Tell();
        Same(Difference.ofKernel(expected, walked), walked);
        return expected;

        void Same(IEnumerable<string> differences, Told told)
        {
            if (!differences.Any())
                return;
            var whole = new InvalidOperationException(Difference.explain(story, expected, told));
            throw new Broken($"trial {trial}: {string.Join("; ", differences)}", whole);
        }
    }
}
