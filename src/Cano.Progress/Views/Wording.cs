using System.Globalization;
using Cano.Progress.Boards;

namespace Cano.Progress.Views;

/// <summary>What views say in words.</summary>
internal static class Wording
{
    /// <summary>A name or a message on one line, with nothing in it that moves a cursor.</summary>
    public static string Plain(string text) =>
        string.Create(
            text.Length,
            text,
            (told, from) =>
            {
                for (var i = 0; i < told.Length; i++)
                    told[i] = char.IsControl(from[i]) ? ' ' : from[i];
            }
        );

    public static string Span(TimeSpan span) =>
        span switch
        {
            { TotalSeconds: < 10 } => FormattableString.Invariant($"{span.TotalSeconds:0.0} s"),
            { TotalMinutes: < 1 } => $"{(int)span.TotalSeconds} s",
            { TotalHours: < 1 } => $"{span.Minutes} min {span.Seconds} s",
            { TotalDays: < 1 } => $"{span.Hours} h {span.Minutes} min",
            _ => $"{(int)span.TotalDays} d {span.Hours} h",
        };

    /// <summary>"87 of 130 files, 35/s, 2 s left"; empty when nothing was reported.</summary>
    public static string Items(ItemCount items, long now, TimeProvider time)
    {
        if (items.Sum is not { } sum)
            return "";
        var parts = new List<string> { Plain(sum.ToString()) };
        // A fraction has no rate that says anything.
        if (
            (sum.Total ?? (sum.Unit is null ? null : 0)) is not null
            && items.Rate.PerSecond(time) is { } rate
        )
            parts.Add(Rate(rate));
        if (items.Rate.Left(Total(sum), now, time) is { } left)
            parts.Add($"{Span(left)} left");
        return string.Join(", ", parts);
    }

    /// <summary>"87 branches done, 8 under way, 2 failed"; empty where there are none.</summary>
    public static string Branches(BranchCount branches)
    {
        if (branches.IsEmpty)
            return "";
        var parts = new List<string>
        {
            $"{branches.Succeeded} {(branches.Succeeded == 1 ? "branch" : "branches")} done",
        };
        Add(branches.UnderWay, "under way");
        Add(branches.Failed, "failed");
        Add(branches.NotNeeded, "not needed");
        return string.Join(", ", parts);

        void Add(int count, string what)
        {
            if (count > 0)
                parts.Add($"{count} {what}");
        }
    }

    /// <summary>All that a state has to tell beside its name.</summary>
    public static string State(StateView state, long now, TimeProvider time) =>
        Joined([
            Items(state.Items, now, time),
            Branches(state.Branches),
            state.Retries switch
            {
                0 => "",
                1 => "1 retry",
                var retries => $"{retries} retries",
            },
        ]);

    /// <summary>Where a run is, in a line.</summary>
    public static string Run(RunView run, long now, TimeProvider time) =>
        run.Current is { } state
            ? Joined([Plain(state.Name), Plain(run.Doing ?? ""), State(state, now, time)])
            : Plain(run.Doing ?? "");

    /// <summary>"12 under way, 3400 Completed, 2 Failed".</summary>
    public static string Total(BoardSight board) =>
        Joined([
            board.IsOver ? "" : $"{board.Runs.Count(run => run.End is null)} under way",
            .. board.Ended.Select(ended => $"{ended.Value} {ended.Key}"),
        ]);

    public static string Note(Note note) => $"{Plain(note.RunId)}: {Plain(note.How)}";

    /// <summary>What a count is to come to; without a total and a unit it is a fraction.</summary>
    public static double Total(RunProgress sum) => sum.Total ?? (sum.Unit is null ? 1 : double.NaN);

    private static string Rate(double perSecond) =>
        perSecond switch
        {
            >= 10 => string.Create(CultureInfo.InvariantCulture, $"{perSecond:0}/s"),
            >= 1 => string.Create(CultureInfo.InvariantCulture, $"{perSecond:0.0}/s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{perSecond * 60:0.#}/min"),
        };

    private static string Joined(IEnumerable<string> parts) =>
        string.Join(", ", parts.Where(part => part is not ""));
}
