using System.Collections.Concurrent;
using System.Globalization;
using Cano.Cluster.Servers;
using Cano.Reliability.Clusters.Processes;

namespace Cano.Reliability.Clusters;

/// <summary>Nodes as real processes on a real database, what befalls them, and the account at the
/// end.</summary>
internal sealed partial class ClusterField : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan s_ripe = TimeSpan.FromSeconds(1);

    private readonly ClusterPlan _plan;
    private readonly Random _chance;
    private readonly TempDirectory _ledgers = new();
    private readonly List<ClusterNode> _nodes = [];
    private readonly List<Life> _lives = [];
    private readonly Life _database = new("the database");
    private readonly List<Task> _under = [];
    private readonly ConcurrentDictionary<string, int> _befell = [];
    private readonly Stalls _stalls = new();
    private readonly Customers _customers;
    private Queue<int> _points = [];
    private int _processes;
    private int _bookings;

    private ClusterField(ClusterPlan plan, Random chance, PostgresServer server)
    {
        (_plan, _chance, Server) = (plan, chance, server);
        Watch = new Watch(server.ConnectionString);
        _customers = new Customers(this, plan);
    }

    public PostgresServer Server { get; }

    public Watch Watch { get; }

    public static async Task<string> RunAsync(ClusterPlan plan, Random chance)
    {
        await using var cluster = new ClusterField(plan, chance, await PostgresServer.SharedAsync());
        return await cluster.RunAsync();
    }

    /// <summary>One that works, as far as anybody knows; null: none.</summary>
    public ClusterNode? AnyNode()
    {
        lock (_nodes)
        {
            var well = _nodes.Where(node => node.IsWell).ToArray();
            return well.Length == 0 ? null : well[Random.Shared.Next(well.Length)];
        }
    }

    public async ValueTask DisposeAsync()
    {
        _customers.Dispose();
        foreach (var node in _nodes)
            node.Dispose();
        await Watch.DisposeAsync();
        _stalls.Dispose();
        _ledgers.Dispose();
    }

    private async Task<string> RunAsync()
    {
        await Watch.BeginAsync();
        _database.Begin();
        for (var number = 0; number < _plan.Nodes; number++)
            Begin(Name());
        await Task.WhenAll(_nodes.Select(node => node.ReadyAsync()));
        if (_plan.UnderWay > 0)
            _customers.Begin();
        using (Telling())
            await DisturbAsync();
        await Task.WhenAll(_under);
        await _customers.StopAsync();
        await SettleAsync();
        foreach (var node in _nodes)
            await node.LeaveAsync();
        var watched = await Watch.ReadAsync();
        var attendance = new Attendance(_lives, _database, watched.Memberships);
        var audit = new ClusterAudit(_plan, watched, attendance, Ledgers.Read(_ledgers.Path));
        var told = $"{_plan.Nodes} nodes, {Befell}: {audit.Check(_customers, _stalls.Longest)}";
        Broken.Unless(
            !_plan.IsLong || _plan.Disturbances.All(one => _befell.ContainsKey(one.Name)),
            $"not all that was to befall them did: {told}"
        );
        return told;
    }

    private string Befell =>
        string.Join(", ", _befell.OrderBy(one => one.Key).Select(one => $"{one.Value:N0} × {one.Key}"));

    /// <summary>Of what takes long, a person hears each minute how it goes.</summary>
    private Timer Telling()
    {
        var minutes = 0;
        return new Timer(
            _ =>
                Console.Error.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{++minutes} min: {_customers.Accepted.Count:N0} runs, {_customers.Ended:N0} ended; {Befell}; {_customers.Unheard:N0} requests unheard"
                    )
                ),
            null,
            TimeSpan.FromMinutes(1),
            TimeSpan.FromMinutes(1)
        );
    }

    private async Task DisturbAsync()
    {
        var begun = TimeProvider.System.GetTimestamp();
        for (var left = _plan.Count; left > 0; left--)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > _plan.For)
                return;
            await Task.Delay(_plan.Pause * _chance.NextDouble(), TimeProvider.System);
            var disturbance = _plan.Disturbances[_chance.Next(_plan.Disturbances.Length)];
            _befell.AddOrUpdate(disturbance.Name, 1, (_, count) => count + 1);
            await disturbance.BefallAsync(this);
        }
    }

    /// <summary>Nothing befalls anybody any more, and every run comes to its end.</summary>
    private async Task SettleAsync()
    {
        var (begun, least) = (TimeProvider.System.GetTimestamp(), int.MaxValue);
        for (var looks = 0; ; looks++)
        {
            var left = await Watch.UnfinishedAsync();
            if (left.Count == 0)
                return;
            if (left.Count < least)
                (begun, least) = (TimeProvider.System.GetTimestamp(), left.Count);
            Broken.Unless(
                TimeProvider.System.GetElapsedTime(begun) < s_patience,
                $"{left.Count} runs do not come to their end: {string.Join("; ", left.Take(5))}; the nodes said: "
                    + string.Join('\n', _nodes.Select(node => node.Said))
            );
            if (looks % 8 == 7)
                await (AnyNode()?.AskAsync("tend") ?? Task.CompletedTask);
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        }
    }

    private string Name() => string.Create(CultureInfo.InvariantCulture, $"node-{_processes}");

    private ClusterNode Begin(string name)
    {
        var number = _processes++;
        var way = _plan.Way(this, number);
        var ledger = string.Create(CultureInfo.InvariantCulture, $"{number}.ledger");
        var settings = new NodeSettings(
            _plan.Versions(number).Max() > 1
                ? NewerBuild.Connection(way.ConnectionString)
                : way.ConnectionString,
            Watch.Schema,
            name,
            Path.Combine(_ledgers.Path, ledger)
        )
        {
            Lease = _plan.Lease,
            Ahead = _plan.Ahead(number),
            Rest = _plan.Rest,
            Work = _plan.Work,
            IsScheduled = _plan.IsScheduled,
            Versions = _plan.Versions(number),
        };
        var node = new ClusterNode(settings, way);
        lock (_nodes)
        {
            _nodes.Add(node);
            _lives.Add(node.Life);
        }

        return node;
    }
}
