using Cano.Cluster.Servers;
using Cano.Reliability.Clusters;

namespace Cano.Reliability.Rows;

/// <summary>Nodes as real processes over a real PostgreSQL: one cluster, and what befalls it.</summary>
internal static class ClusterRows
{
    public static IReadOnlyList<ScoreRow> All { get; } =
    [
        Row(
            33,
            "node-kill",
            "kill -9 among nodes: no row is lost or doubled, and others go on under the same effect keys",
            (8, 1_000),
            count => new ClusterPlan(count, Disturbance.Kill) { Nodes = 4 }
        ),
        Row(
            34,
            "node-pause",
            "SIGSTOP beyond the lease: others go on, and no row of who comes back is let in",
            (4, 300),
            count => new ClusterPlan(count, Disturbance.Pause)
        ),
        Row(
            35,
            "partition",
            "a node that does not reach the database stops, others go on, and what it still sends is judged",
            (4, 300),
            count => new ClusterPlan(count, Disturbance.Cut) { Way = NodeWay.Apart }
        ),
        Row(
            36,
            "clock-skew",
            "nodes whose clocks are an hour off own runs as any others do",
            (4, 300),
            count => new ClusterPlan(count, Disturbance.Kill, Disturbance.Pause)
            {
                IsTimed = false,
                Ahead = number => TimeSpan.FromHours((number % 3) - 1),
            }
        ),
        Row(
            37,
            "db-restart",
            "a database that restarts as after a crash, under load: no acknowledged row is lost, nobody is robbed",
            (3, 100),
            count => new ClusterPlan(count, Disturbance.Restart) { Pause = TimeSpan.FromSeconds(4) }
        ),
        Row(
            38,
            "rolling-upgrade",
            "old and new nodes at once: who does not know a run's version leaves it to others, and passes over fields that a newer build writes",
            (4, 200),
            count => new ClusterPlan(count, Disturbance.Leave, Disturbance.Kill)
            {
                // Old ones come now and then until the end.
                Versions = number => number == 1 || (number > 2 && number % 4 != 0) ? [1, 2] : [1],
            }
        ),
        Row(
            39,
            "schedule-cluster",
            "of a schedule that all nodes have each occurrence has one run, whoever dies",
            (5, 300),
            count => new ClusterPlan(count, Disturbance.Kill, Disturbance.Leave)
            {
                IsScheduled = true,
                UnderWay = 10,
                Pause = TimeSpan.FromSeconds(4),
            }
        ),
        Row(
            40,
            "transactional",
            "killed at each statement of a transactional call: the user's row is there once, and every attempt is told the same",
            (10, 600),
            count => new ClusterPlan(count, Disturbance.Statement)
            {
                UnderWay = 0,
                Nodes = 4,
                Pause = TimeSpan.FromMilliseconds(50),
                Way = (cluster, _) => new NodeWay.Relayed(Relay.Open(cluster.Server)),
            }
        ),
        Row(
            41,
            "cluster-hour",
            "an hour of kills, pauses, cuts, orderly ends and database restarts together, with every kind of step under way",
            (6, 2_500),
            count =>
                new ClusterPlan(
                    count,
                    Disturbance.Kill,
                    Disturbance.Kill,
                    Disturbance.Pause,
                    Disturbance.Cut,
                    Disturbance.Leave,
                    Disturbance.Restart
                )
                {
                    Nodes = 3,
                    IsScheduled = true,
                    Way = NodeWay.Apart,
                }.Crowded()
        ),
    ];

    private static ScoreRow Row(
        int number,
        string name,
        string claim,
        (int Quick, int Full) counts,
        Func<int, ClusterPlan> plan
    ) =>
        new(
            number,
            name,
            claim,
            counts.Quick,
            counts.Full,
            trials =>
                PostgresPrograms.Folder is null
                    ? Task.FromResult($"SKIPPED: {PostgresPrograms.Missing}")
                    : ClusterField.RunAsync(plan(trials.Count) with { For = trials.For }, trials.Chance(0))
        )
        {
            IsTimed = true,
        };
}
