using System.Globalization;
using Cano.Reliability.Clusters.Processes;

namespace Cano.Reliability.Clusters;

/// <summary>What must hold of a cluster when all is over.</summary>
/// <param name="plan">What befell it.</param>
/// <param name="watched">What the database holds, and has noted.</param>
/// <param name="attendance">Who could work when.</param>
/// <param name="ledgers">What was done outside.</param>
internal sealed class ClusterAudit(ClusterPlan plan, Watched watched, Attendance attendance, Ledgers ledgers)
{
    private readonly Dictionary<string, StoredRun> _runs = watched.Runs.ToDictionary(run => run.Id);

    /// <returns>The figures.</returns>
    /// <exception cref="Broken">Something does not hold.</exception>
    public string Check(Customers customers, TimeSpan stall)
    {
        None(watched.Breaches);
        None(ledgers.Breaches);
        None(watched.Runs.Where(run => !run.IsDense), run => $"the rows of {run.Id} have a gap");
        None(watched.Runs.Where(run => !run.IsFenced), run => $"the fences of the rows of {run.Id} fall");
        None(
            ledgers.Rows.Where(row => !(row.Sequence < _runs.GetValueOrDefault(row.Run)?.Rows)),
            row => $"row {row.Sequence} of {row.Run} was acknowledged, and is gone"
        );
        CheckRuns(customers);
        CheckPurchases();
        CheckVersions();
        CheckWatching();
        var alone = new Solitude(watched, attendance);
        var limit = (plan.Lease * 2) + TimeSpan.FromSeconds(1) + (4 * stall);
        Broken.Unless(
            alone.Longest <= limit,
            $"a run was left alone for {Seconds(alone.Longest)}, {alone.Run}; {Seconds(limit)} are allowed"
        );
        CheckNoticed(alone.TakenOver);
        var schedule = "";
        if (plan.IsScheduled)
        {
            var occurrences = new Occurrences(watched, ledgers);
            occurrences.Check(attendance, plan.Lease);
            schedule =
                $"{occurrences.Count:N0} occurrences run once, {occurrences.PassedOver:N0} passed over, ";
        }

        var newer = "";
        if (plan.IsMixed)
        {
            var (rows, goneOn) = watched.Newer;
            Broken.Unless(
                rows > 0 && (goneOn > 0 || !plan.IsLong),
                "no older build went on from a newer one's row"
            );
            newer = $"{rows:N0} rows of a newer build, {goneOn:N0} times an older one went on from one, ";
        }

        return $"{schedule}{newer}{watched.Runs.Count:N0} runs, {watched.Runs.Sum(run => run.Rows):N0} rows, {ledgers.Rows.Count:N0} of them heard of, "
            + $"{ledgers.Effects.Count:N0} effects made {ledgers.Effects.Values.Sum(effect => effect.Done):N0} times, {watched.Purchases.Count:N0} transactional, "
            + $"{alone.TakenOver:N0} runs taken over, {ledgers.Refused:N0} rows of those who had lost their runs refused, {customers.Unheard:N0} requests unheard; "
            + $"longest left alone {Seconds(alone.Longest)} of a lease of {Seconds(plan.Lease)} (allowed two, 1 s and four stalls of {Seconds(stall)}); "
            + "0 rows lost or doubled, 0 keys changed, 0 runs forgotten";
    }

    /// <summary>What befell the nodes in a long time came to something.</summary>
    private void CheckNoticed(int takenOver)
    {
        if (!plan.IsLong || plan.UnderWay == 0)
            return;
        var isLate = plan.Disturbances.Any(one => one == Disturbance.Pause || one == Disturbance.Cut);
        var isDead = isLate || plan.Disturbances.Contains(Disturbance.Kill);
        Broken.Unless(takenOver > 0 || !isDead, "no run was taken over");
        Broken.Unless(ledgers.Refused > 0 || !isLate, "no row of who had lost its run was refused");
    }

    private void CheckRuns(Customers customers)
    {
        var accepted = customers.Accepted.Select(Id).ToHashSet();
        None(accepted.Where(id => !_runs.ContainsKey(id)), id => $"{id} was accepted, and is gone");
        foreach (var number in customers.Accepted)
            CheckRun(_runs[Id(number)], new Errand(number, plan.IsTimed), customers.IsCancelled(number));
        None(
            watched.Runs.Where(run => run.Parent is null && !accepted.Contains(run.Id) && IsErrand(run)),
            run => $"nobody has started {run.Id}"
        );
    }

    private void CheckRun(StoredRun run, Errand errand, bool isCancelled)
    {
        var status = (RowStatus)run.Status;
        var own = errand.Fails ? RowStatus.RolledBack : RowStatus.Completed;
        Broken.Unless(
            status == own || (isCancelled && status == RowStatus.Cancelled),
            $"{run.Id} is {status} and was to be {own}"
        );
        var paid = ledgers.Find(run.Id, "pay");
        var undone = paid is null ? null : ledgers.Find(run.Id, $"undo {paid.Key}");
        if (status == RowStatus.Cancelled)
        {
            Broken.Unless(
                undone is not null || ledgers.Find(run.Id, "again") is null,
                $"{run.Id} was cancelled, and its payment stands"
            );
            return;
        }

        None(
            errand.Effects().Where(what => ledgers.Find(run.Id, what) is null or { Done: 0 }),
            what => $"{run.Id} is {status} without {what}"
        );
        Broken.Unless(
            errand.Fails == undone is not null,
            $"{run.Id} is {status}, its payment {(undone is null ? "stands" : "is undone")}"
        );
        CheckStream(run);
        var paidBy = ledgers.Find(run.Id, "paid");
        Broken.Unless(
            paidBy is null != ledgers.Find(run.Id, "late") is null,
            $"{run.Id} was paid in time and too late, or neither"
        );
        Broken.Unless(
            paidBy is null || paidBy.Notes.SetEquals([$"s-{errand.Number}"]),
            $"{run.Id} took other signals than it was sent"
        );
    }

    /// <summary>Every item was flushed, in a window that stands: what its key names does not
    /// change.</summary>
    private void CheckStream(StoredRun run)
    {
        var windows = Enumerable
            .Range(0, 4)
            .Select(window => ledgers.Find(run.Id, $"stream.s{window}"))
            .OfType<Effect>()
            .ToArray();
        None(
            windows.Where(window => window.Notes.Count != 1),
            window => $"{window.Key} named {string.Join(" and ", window.Notes)}"
        );
        var items = windows
            .SelectMany(window => window.Notes)
            .SelectMany(note => note.Split('+'))
            .ToHashSet();
        Broken.Unless(items.SetEquals(["1", "2", "3", "4"]), $"{run.Id} flushed {string.Join(", ", items)}");
    }

    private void CheckPurchases()
    {
        var byRun = watched.Purchases.ToLookup(purchase => purchase.Run);
        foreach (var ((run, what), book) in ledgers.Effects.Where(one => one.Key.What == "book"))
        {
            var bought = byRun[run].ToArray();
            Broken.Unless(
                bought.Length == 1 || (bought.Length == 0 && book.Done == 0),
                $"{run} has {bought.Length} purchases"
            );
            Broken.Unless(
                bought.All(purchase => purchase.Key == book.Key)
                    && book.Notes.All(note => note == $"{bought[0].Receipt}"),
                $"{run} was told the receipts {string.Join(", ", book.Notes)}, and has {string.Join(", ", bought.Select(one => one.Receipt))}"
            );
        }

        None(
            watched.Runs.Where(run => run.Id.StartsWith("b-", StringComparison.Ordinal)),
            run => $"{run.Id} is {(RowStatus)run.Status} with {byRun[run.Id].Count()} purchases",
            run => (RowStatus)run.Status == RowStatus.Completed && byRun[run.Id].Count() == 1
        );
        None(
            watched.Purchases.Where(purchase => ledgers.Find(purchase.Run, "book") is null),
            purchase => $"nobody bought {purchase}"
        );
    }

    /// <summary>Who does not know a run's version has never had it.</summary>
    private void CheckVersions()
    {
        var newest = watched
            .Memberships.DistinctBy(one => one.Epoch)
            .ToDictionary(one => one.Epoch, one => attendance.Find(one.Name, one.At)?.Newest);
        // Of an occurrence that was forgotten again nothing is left but who had it.
        None(
            watched.Tenures.Where(tenure =>
                tenure.Owner is { } owner
                && _runs.TryGetValue(tenure.Run, out var run)
                && newest[owner] < run.Version
            ),
            tenure => $"{tenure.Run} of version {_runs[tenure.Run].Version} was had by who does not know it"
        );
    }

    /// <summary>Behind a time in which nobody could beat everybody watches for a lease before somebody is
    /// declared dead.</summary>
    private void CheckWatching()
    {
        foreach (var outage in attendance.Outages)
            None(
                watched.Memberships.Where(one =>
                    one.IsAway
                    && outage.From < one.UpSince
                    && one.UpSince - outage.From >= plan.Lease
                    && one.UpSince < outage.To
                    && one.At < one.UpSince + (plan.Lease * 0.9)
                    && attendance.Find(one.Name, one.At) is { } life
                    && life.Begun < outage.From
                    && !(life.Ended < one.At)
                ),
                one =>
                    $"{one.Name} was declared dead at {one.At:mm:ss.f}, the database was away from {outage.From:mm:ss.f} to {one.UpSince:mm:ss.f}"
            );
    }

    private static bool IsErrand(StoredRun run) => run.Id.StartsWith("e-", StringComparison.Ordinal);

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"e-{number}");

    private static string Seconds(TimeSpan span) =>
        string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:N1} s");

    private static void None<T>(IEnumerable<T> all, Func<T, string> told, Func<T, bool> isRight) =>
        None(all.Where(one => !isRight(one)), told);

    private static void None<T>(IEnumerable<T> wrong, Func<T, string> told)
    {
        var some = wrong.Take(5).Select(told).ToArray();
        Broken.Unless(some.Length == 0, string.Join("; ", some));
    }

    private static void None(IReadOnlyList<string> wrong) => None(wrong, text => text);
}
