using System.Globalization;
using Cano.Reliability.Clusters.Processes;

namespace Cano.Reliability.Clusters;

/// <summary>What became of a schedule that is due each second, on all nodes.</summary>
internal sealed class Occurrences
{
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(3);

    private readonly SortedDictionary<DateTimeOffset, string> _runs = [];
    private readonly Spell[] _underWay;

    /// <exception cref="Broken">An occurrence had two runs.</exception>
    public Occurrences(Watched watched, Ledgers ledgers)
    {
        foreach (var ((run, what), tick) in ledgers.Effects)
        {
            if (what != Tick.Start)
                continue;
            var at = DateTimeOffset.Parse(tick.Notes.Single(), CultureInfo.InvariantCulture);
            Broken.Unless(_runs.TryAdd(at, run), $"of {at:O} there are the runs {run} and {_runs[at]}");
        }

        var runs = _runs.Values.ToHashSet();
        _underWay =
        [
            .. watched
                .Tenures.Where(tenure => runs.Contains(tenure.Run))
                .GroupBy(tenure => tenure.Run)
                .Select(run => new Spell(run.First().At, SettledAt(run.Last().At))),
        ];

        // Until the watermark says that an occurrence is over it is under way.
        DateTimeOffset SettledAt(DateTimeOffset ended)
        {
            var (low, high) = (0, watched.Settled.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (watched.Settled[middle] < ended)
                    low = middle + 1;
                else
                    high = middle;
            }

            return low < watched.Settled.Count ? watched.Settled[low] : ended;
        }
    }

    /// <summary>How many had a run.</summary>
    public int Count => _runs.Count;

    /// <summary>How many had none because the run of an earlier one was under way, or somebody came or went
    /// just then.</summary>
    public int PassedOver { get; private set; }

    /// <summary>Between the first and the last one each has a run, or was passed over.</summary>
    /// <exception cref="Broken">One was forgotten.</exception>
    public void Check(Attendance attendance, TimeSpan lease)
    {
        Broken.Unless(_runs.Count > 0, "the schedule ran nothing");
        for (var at = _runs.First().Key; at < _runs.Last().Key; at += TimeSpan.FromSeconds(1))
        {
            if (_runs.ContainsKey(at))
                continue;
            // A node that had a failure lets its schedule rest for a while.
            var before = new Spell(at - s_rest - (2 * lease), at + TimeSpan.FromSeconds(1));
            var moment = new Spell(at - TimeSpan.FromSeconds(0.5), before.To);
            Broken.Unless(
                _underWay.Any(run => run.And(moment).Length > TimeSpan.Zero) || !attendance.IsCalm(before),
                $"of {at:O} there is no run, although nothing stood in its way: {Told(before)}"
            );
            PassedOver++;
        }
    }

    /// <summary>What was there around an occurrence.</summary>
    private string Told(Spell around) =>
        string.Join(
            ", ",
            _underWay
                .Where(run => run.And(around).Length > TimeSpan.Zero)
                .Select(run => $"{run.From:mm:ss.fff} to {run.To:mm:ss.fff}")
        );
}
