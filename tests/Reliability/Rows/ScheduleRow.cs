using Cano.Reliability.Scheduling;

namespace Cano.Reliability.Rows;

/// <summary>
/// Row 16. Around clock changes a schedule runs when the oracle says; a loop that keeps its last occurrence
/// as a watermark runs nothing twice when its clock is set, and leaves out only what the clock jumped over. A
/// preview tells of each occurrence what the clock does to it. A span that began in this process lasts as
/// long as it says, and a wait for an instant ends within a minute of it, whatever the wall clock is set to.
/// </summary>
internal static class ScheduleRow
{
    private const int FullCount = 100_000;

    // More than any window holds: a schedule that did not get on would never end.
    private const int OccurrencesMax = 100_000;

    // Previews look at its schedule; it is never run.
    private static readonly Workflow<int> s_nothing = Workflow
        .Bare<int>()
        .Register(0, _ => 1, TaskConfig.Minimal)
        .AddExitState(1);

    public static ScoreRow Row { get; } =
        new(
            16,
            "schedule",
            "every zone and clock change 2000-2040, random clock steps: runs = oracle, none doubled, none silently skipped",
            QuickCount: 500,
            FullCount,
            RunAsync
        );

    // Waits are looked at minute by minute, so a twentieth of the trials must do.
    private static async Task<string> RunAsync(Trials trials)
    {
        var count = Math.Max(100, trials.Count / 20);
        for (var trial = 0; trial < count; trial++)
        {
            var chance = trials.Chance(trial);
            await Trial.RunAsync(trials, trial, "a wait", () => new SetWait(chance).RunAsync());
        }

        return $"{Run(trials)}; {count:N0} waits whose clock was set, none early, none late";
    }

    /// <summary>Fewer trials look at a like share of the changes.</summary>
    private static string Run(Trials trials)
    {
        var all = ClockChanges.All;
        Broken.Unless(
            all.Count > 10_000,
            $"this machine knows of {all.Count} clock changes only: its time zone data is missing"
        );
        var stride = Math.Max(1, FullCount / trials.Count);
        var changes = all.Where((_, index) => index % stride == trials.Seed % stride).ToList();
        var around = changes.Sum(Around);
        var run = 0L;
        var jumped = 0L;
        for (var trial = 0; trial < trials.Count; trial++)
        {
            var stepped = Stepped(trials.Chance(trial), trial, all);
            run += stepped.Run;
            jumped += stepped.Jumped;
        }

        return $"{changes.Select(change => change.Zone.Id).Distinct().Count()} zones, {changes.Count:N0} of {all.Count:N0} changes, "
            + $"{around:N0} occurrences and previews as the oracle's; {trials.Count:N0} clocks: {run:N0} run, {jumped:N0} jumped over, 0 doubled, 0 skipped";
    }

    private static long Around(ClockChange change) =>
        Compare(Written.OfMinutes, change, TimeSpan.FromDays(2), TimeSpan.FromMinutes(1))
        + Compare(Written.OfSeconds, change, TimeSpan.FromHours(2), TimeSpan.FromSeconds(1));

    private static long Compare(
        IReadOnlyList<Written> all,
        ClockChange change,
        TimeSpan around,
        TimeSpan unit
    )
    {
        var (from, to) = (change.At - around, change.At + around);
        var oracle = ClockOracle.Of(change.Zone, from, to, unit);
        return all.Sum(written => Compare(written, change, from, to, oracle));
    }

    private static long Compare(
        Written written,
        ClockChange change,
        DateTime from,
        DateTime to,
        ClockOracle oracle
    )
    {
        var expected = oracle.Occurrences(written);
        var actual = written.Cron.Between(from, to, change.Zone).Take(OccurrencesMax).ToList();
        var doubled = actual.Count - actual.Select(at => at.UtcTicks).Distinct().Count();
        Broken.Unless(doubled == 0, $"{written.Text} in {change}: {doubled} doubled");
        Equal(expected, actual, $"{written.Text} in {change}");
        Preview(written, change, from, expected, oracle);
        return actual.Count;
    }

    /// <summary>The preview tells of each occurrence what the clock does to it.</summary>
    private static void Preview(
        Written written,
        ClockChange change,
        DateTime from,
        List<DateTimeOffset> expected,
        ClockOracle oracle
    )
    {
        var preview = new Scheduler()
            .Cron("flow", s_nothing, 0, written.Text, change.Zone)
            .Preview("flow", expected.Count, from.AddTicks(-1));
        var told = preview.Occurrences.Select(it => (it.At, it.Shift)).ToList();
        var shifts = oracle.Shifts(written, change.Zone);
        for (var i = 0; i < expected.Count; i++)
            Broken.Unless(
                told[i] == (expected[i], shifts[i]),
                $"{written.Text} in {change}, preview {i}: expected {expected[i]:u} {shifts[i] ?? "as it says"}, got {told[i]}"
            );
    }

    private static void Equal(List<DateTimeOffset> expected, List<DateTimeOffset> actual, string where)
    {
        for (var i = 0; i < Math.Max(expected.Count, actual.Count); i++)
            Broken.Unless(
                i < expected.Count && i < actual.Count && expected[i].EqualsExact(actual[i]),
                $"{where}, occurrence {i}: expected {Told(expected, i)}, got {Told(actual, i)}"
            );
    }

    private static string Told(List<DateTimeOffset> occurrences, int index) =>
        index < occurrences.Count ? $"{occurrences[index]:yyyy-MM-dd HH:mm:ss zzz}" : "none";

    private static (int Run, int Jumped) Stepped(Random chance, int trial, IReadOnlyList<ClockChange> changes)
    {
        var change = changes[chance.Next(changes.Count)];
        var written = Written.OfMinutes[chance.Next(Written.OfMinutes.Count)];
        var from = change.At.AddMinutes(-chance.Next(2 * 24 * 60));
        var due = ClockOracle
            .Of(change.Zone, from.AddMinutes(1), from.AddDays(3), TimeSpan.FromMinutes(1))
            .Occurrences(written);
        var run = new HashSet<DateTimeOffset>();
        var jumped = new HashSet<DateTimeOffset>();
        var (highest, before) = (from, from);
        DateTimeOffset watermark = from;
        var next = written.Cron.Next(from, change.Zone);
        foreach (var now in SteppedClock.Readings(chance, from, from.AddDays(3)))
        {
            if (now > before.AddMinutes(1))
                jumped.UnionWith(due.Where(at => at > before && at <= now));
            if (next is { } occurrence && occurrence <= now)
            {
                Broken.Unless(
                    run.Add(occurrence),
                    $"trial {trial}: {written.Text} in {change} ran twice at {occurrence:u}"
                );
                watermark = occurrence;
                next = written.Cron.Next(now, change.Zone);
            }
            else if (now < before)
            {
                // What the clock shows again and has not run may run now; what has run may not.
                next = written.Cron.Next(watermark > now ? watermark : now, change.Zone);
            }

            (before, highest) = (now, now > highest ? now : highest);
        }

        var late = due.FirstOrDefault(at => at <= highest && !run.Contains(at) && !jumped.Contains(at));
        Broken.Unless(late == default, $"trial {trial}: {written.Text} in {change} skipped {late:u}");
        var foreign = run.Except(due).FirstOrDefault();
        Broken.Unless(
            foreign == default,
            $"trial {trial}: {written.Text} in {change} ran at {foreign:u} for no reason"
        );
        return (run.Count, jumped.Except(run).Count());
    }
}
