namespace Cano.Reliability.Clusters;

/// <summary>How long runs had an owner who could not work on them, while another could have taken them. A run
/// that nobody has, as one that waits, is nobody's to miss; one that three processes died with waits for a
/// person.</summary>
internal sealed class Solitude
{
    private readonly Attendance _attendance;
    private readonly Dictionary<long, Spell[]> _absences = [];
    private readonly IReadOnlyList<Membership> _memberships;

    public Solitude(Watched watched, Attendance attendance)
    {
        (_attendance, _memberships) = (attendance, watched.Memberships);
        foreach (var epoch in watched.Memberships.GroupBy(one => one.Epoch))
            _absences[epoch.Key] = [.. Absences(epoch)];
        foreach (var run in watched.Tenures.GroupBy(tenure => tenure.Run))
        foreach (var (tenure, next) in Ended(run))
        {
            if (tenure.Owner is not null && next.Owner is not null && tenure.Owner != next.Owner)
                TakenOver++;
            Look(tenure, next.At);
        }
    }

    public TimeSpan Longest { get; private set; }

    /// <summary>How often a run went from one node straight to another.</summary>
    public int TakenOver { get; private set; }

    /// <summary>Which run it was, and when.</summary>
    public string Run { get; private set; } = "none";

    private IEnumerable<Spell> Absences(IEnumerable<Membership> epoch)
    {
        var joined = epoch.First();
        if (_attendance.Find(joined.Name, joined.At) is { } life)
            foreach (var absence in _attendance.Absences(life))
                yield return absence;
        if (epoch.FirstOrDefault(one => one.IsOver) is { } over)
            yield return new Spell(over.At, DateTimeOffset.MaxValue);
    }

    private static IEnumerable<(Tenure Tenure, Tenure Next)> Ended(IEnumerable<Tenure> run)
    {
        Tenure? last = null;
        foreach (var tenure in run)
        {
            if (last is not null)
                yield return (last, tenure);
            last = tenure;
        }
    }

    private void Look(Tenure tenure, DateTimeOffset until)
    {
        if (tenure.HasEnded || tenure.Tries >= 3 || tenure.Owner is not { } owner)
            return;
        foreach (var absence in _absences.GetValueOrDefault(owner, []))
        {
            var alone = absence.And(new Spell(tenure.At, until));
            if (alone.Length <= Longest)
                continue;
            var watched = _attendance.LongestWatch(alone);
            if (watched <= Longest)
                continue;
            Longest = watched;
            Run = Told(tenure, alone);
        }
    }

    private string Told(Tenure tenure, Spell alone)
    {
        var nodes = _memberships
            .Where(one => one.At >= tenure.At && one.At <= alone.To)
            .Select(one => $"{one.Name} {(one.IsOver ? "gone" : "there")} {one.At:mm:ss.f}");
        return $"{tenure.Run} of owner {tenure.Owner} since {tenure.At:mm:ss.f}, alone from {alone.From:mm:ss.f} to {alone.To:mm:ss.f}; "
            + string.Join(", ", nodes);
    }
}
