namespace Cano.Reliability.Clusters;

/// <summary>What a row of the scoreboard lets happen to a cluster.</summary>
/// <param name="Count">How many disturbances.</param>
/// <param name="Disturbances">Those it draws from; each as often as it stands here.</param>
internal sealed record ClusterPlan(int Count, params Disturbance[] Disturbances)
{
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(3);

    public int Nodes { get; init; } = 3;

    /// <summary>How many runs are under way at any time.</summary>
    public int UnderWay { get; init; } = 60;

    /// <summary>How many of them nodes have in hand at once, about: the others wait until their turn comes.
    /// Null: as many as there are.</summary>
    public int? InHand { get; init; }

    /// <summary>Between two disturbances at most.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>The runs have waits that end by a node's clock.</summary>
    public bool IsTimed { get; init; } = true;

    /// <summary>How long a run waits for what nobody sends.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a body works at most.</summary>
    public TimeSpan Work { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How the n-th process reaches the database; straight unless given.</summary>
    public Func<ClusterField, int, NodeWay> Way { get; init; } =
        (cluster, _) => new NodeWay(cluster.Server.ConnectionString);

    /// <summary>How far the clock of the n-th process is ahead.</summary>
    public Func<int, TimeSpan> Ahead { get; init; } = _ => TimeSpan.Zero;

    /// <summary>The versions of the workflow that the n-th process knows.</summary>
    public Func<int, uint[]> Versions { get; init; } = _ => [1];

    /// <summary>Those who know version 2 are of a newer build.</summary>
    public bool IsMixed => Enumerable.Range(0, Nodes).Any(number => Versions(number).Contains(2u));

    /// <summary>Every node has a schedule of the same flow, which is due each second.</summary>
    public bool IsScheduled { get; init; }

    /// <summary>When it is over although disturbances are left; null: never.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>It is long enough that whatever may befall a cluster has, and that some of it was
    /// noticed.</summary>
    public bool IsLong => Count >= 100;

    /// <summary>When it is long, ten thousand runs are under way, most of which wait for minutes.</summary>
    public ClusterPlan Crowded() =>
        !IsLong ? this : this with { UnderWay = 10_000, InHand = 200, Rest = TimeSpan.FromMinutes(5) };
}

/// <summary>Something that befalls a cluster.</summary>
/// <param name="Name">What the figures call it.</param>
/// <param name="BefallAsync">Lets it begin; it ends by itself.</param>
internal sealed record Disturbance(string Name, Func<ClusterField, Task> BefallAsync)
{
    /// <summary>`kill -9`; another process comes in its place, now or later.</summary>
    public static Disturbance Kill { get; } = new("kill -9", cluster => cluster.KillAsync());

    /// <summary>SIGSTOP for longer than a lease, now and then for less.</summary>
    public static Disturbance Pause { get; } = new("pause", cluster => cluster.PauseAsync());

    /// <summary>Its way to the database is cut, silently.</summary>
    public static Disturbance Cut { get; } = new("cut", cluster => cluster.CutAsync());

    /// <summary>The database restarts, as after a crash.</summary>
    public static Disturbance Restart { get; } = new("database restart", cluster => cluster.RestartAsync());

    /// <summary>A process dies, or its connections, at one of the statements around a transactional
    /// call.</summary>
    public static Disturbance Statement { get; } =
        new("death at a statement", cluster => cluster.DieAtStatementAsync());

    /// <summary>A process ends in order, and another comes.</summary>
    public static Disturbance Leave { get; } = new("orderly end", cluster => cluster.LeaveAsync());
}
