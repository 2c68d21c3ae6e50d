namespace Cano.Reliability.Clusters;

/// <summary>Whether there was somebody who could work.</summary>
/// <param name="lives">Of the processes.</param>
/// <param name="database">Of the database.</param>
/// <param name="memberships">Of the nodes, in their order.</param>
internal sealed class Attendance(
    IReadOnlyList<Life> lives,
    Life database,
    IReadOnlyList<Membership> memberships
)
{
    // When a process could work, and the database too, and it watched the others by its own beats: a machine
    // that others keep busy lets it miss some.
    private readonly Spell[] _watches =
    [
        .. from watch in Watches(memberships)
        from life in lives.ToLookup(life => life.Name)[watch.Name]
        from spell in life.Spells
        from up in database.Spells
        let both = spell.And(up).And(watch.Spell)
        where both.Length > TimeSpan.Zero
        select both,
    ];

    /// <summary>The process that joined under a name at an instant.</summary>
    public Life? Find(string name, DateTimeOffset at) =>
        lives.LastOrDefault(life => life.Name == name && life.Begun <= at);

    /// <summary>When it could not work.</summary>
    public IEnumerable<Spell> Absences(Life life)
    {
        var from = life.Begun;
        foreach (var spell in life.Spells)
        {
            yield return new Spell(from, spell.From);
            from = spell.To;
        }

        if (life.Ended is not null)
            yield return new Spell(from, DateTimeOffset.MaxValue);
    }

    /// <summary>When the database was away.</summary>
    public IEnumerable<Spell> Outages => Absences(database).Skip(1);

    /// <summary>Nobody came, went, or was kept from working in a spell.</summary>
    public bool IsCalm(Spell within) =>
        lives
            .Append(database)
            .SelectMany(life => life.Spells.SelectMany(spell => new[] { spell.From, spell.To }))
            .Concat(memberships.Select(one => one.At))
            .All(at => at < within.From || at > within.To);

    /// <summary>For how long, within a spell, one and the same process could work, and the database,
    /// without a gap.</summary>
    public TimeSpan LongestWatch(Spell within) =>
        _watches.Select(watch => watch.And(within).Length).DefaultIfEmpty().Max();

    private static IEnumerable<(string Name, Spell Spell)> Watches(IReadOnlyList<Membership> memberships)
    {
        foreach (var node in memberships.GroupBy(one => one.Name))
        {
            DateTimeOffset? since = null;
            foreach (var one in node)
            {
                if (since is { } from)
                    yield return (node.Key, new Spell(from, one.At));
                since = one.Watches ? one.At : null;
            }

            if (since is { } last)
                yield return (node.Key, new Spell(last, DateTimeOffset.MaxValue));
        }
    }
}
