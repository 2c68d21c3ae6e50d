namespace Cano.Reliability.Clusters;

/// <summary>When a process could work, and when not. Its instants are the machine's, as the
/// database's.</summary>
internal sealed class Life(string name)
{
    private readonly Lock _gate = new();
    private readonly List<Spell> _spells = [];
    private DateTimeOffset? _since;
    private bool _isOver;

    public string Name => name;

    /// <summary>The newest version of the workflow that it knows.</summary>
    public uint Newest { get; init; } = 1;

    public DateTimeOffset Begun { get; } = Now;

    public DateTimeOffset? Ended { get; private set; }

    /// <summary>For how long nothing has befallen it; zero: something does.</summary>
    public TimeSpan Well
    {
        get
        {
            lock (_gate)
                return _since is { } since ? Now - since : TimeSpan.Zero;
        }
    }

    /// <summary>The spells in which nothing befell it, up to now.</summary>
    public IReadOnlyList<Spell> Spells
    {
        get
        {
            lock (_gate)
                return _since is { } since ? [.. _spells, new Spell(since, Now)] : [.. _spells];
        }
    }

    /// <summary>It works.</summary>
    public void Begin() => Mend();

    /// <summary>Something befalls it.</summary>
    public void Break()
    {
        lock (_gate)
        {
            if (_since is { } since)
                _spells.Add(new Spell(since, Now));
            _since = null;
        }
    }

    public void Mend()
    {
        lock (_gate)
            if (!_isOver)
                _since ??= Now;
    }

    /// <summary>It is no more.</summary>
    public void End()
    {
        Break();
        lock (_gate)
            _isOver = true;
        Ended ??= Now;
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();
}

/// <summary>From one instant to another.</summary>
internal readonly record struct Spell(DateTimeOffset From, DateTimeOffset To)
{
    public TimeSpan Length => To > From ? To - From : TimeSpan.Zero;

    /// <summary>What both have.</summary>
    public Spell And(Spell other) =>
        new(From > other.From ? From : other.From, To < other.To ? To : other.To);
}
