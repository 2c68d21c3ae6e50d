using Cano.Reliability.Planted;

namespace Cano.Reliability.Rows;

/// <summary>Bugs are switched on one by one in a build of their own: the other rows and the laws must
/// notice.</summary>
internal static class PlantedRow
{
    public static ScoreRow Row { get; } =
        new(
            20,
            "planted",
            "every planted bug is caught by a law or another row",
            QuickCount: 3,
            FullCount: PlantedBugs.All.Count,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var bugs = PlantedBugs.All.ToArray();
        if (trials.Count < bugs.Length)
            trials.Chance(0).Shuffle(bugs);
        return await CaughtAsync(bugs[..Math.Min(trials.Count, bugs.Length)]);
    }

    /// <summary>The row with these bugs alone.</summary>
    public static ScoreRow Only(IReadOnlyCollection<string> names)
    {
        var unknown = names.FirstOrDefault(name => PlantedBugs.All.All(bug => bug.Name != name));
        Broken.Unless(unknown is null, $"no bug is called {unknown}");
        return Row with
        {
            RunAsync = _ => CaughtAsync([.. PlantedBugs.All.Where(bug => names.Contains(bug.Name))]),
        };
    }

    private static async Task<string> CaughtAsync(PlantedBug[] bugs)
    {
        using var build = await PlantedBuild.MakeAsync(PlantedBugs.All);
        // A check that fails without a bug proves nothing.
        foreach (var check in bugs.SelectMany(bug => bug.Checks).Distinct())
        {
            var (holds, output) = await build.HoldsAsync(check, null);
            Broken.Unless(holds, $"{check} fails though no bug is switched on:\n{output}");
        }

        var free = new List<string>();
        foreach (var bug in bugs)
        {
            var catcher = await CatcherAsync(build, bug);
            Console.WriteLine($"  {bug.Name, -28} {catcher?.ToString() ?? "NOT CAUGHT"}");
            if (catcher is null)
                free.Add(bug.Name);
        }

        Broken.Unless(free.Count == 0, $"not caught: {string.Join(", ", free)}");
        return $"{bugs.Length} of {bugs.Length} bugs caught";
    }

    private static async Task<Check?> CatcherAsync(PlantedBuild build, PlantedBug bug)
    {
        foreach (var check in bug.Checks)
            if (!(await build.HoldsAsync(check, bug.Name)).Holds)
                return check;
        return null;
    }
}
