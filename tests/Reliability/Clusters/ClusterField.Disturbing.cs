using System.Globalization;

namespace Cano.Reliability.Clusters;

// What befalls the cluster. Each begins at once; what ends it goes on beside the next.
internal sealed partial class ClusterField
{
    public async Task KillAsync()
    {
        var node = await VictimAsync();
        lock (_nodes)
            _nodes.Remove(node);
        await node.KillAsync();
        node.Dispose();
        Later(_chance.Next(3) == 0 ? _plan.Lease * 2 * _chance.NextDouble() : TimeSpan.Zero, ReplaceAsync);

        async Task ReplaceAsync()
        {
            var next = Begin(node.Life.Begun.Ticks % 2 == 0 ? node.Settings.Name : Name());
            await next.ReadyAsync();
        }
    }

    public async Task PauseAsync()
    {
        var node = await VictimAsync();
        node.Pause();
        Later(Spell(), node.ContinueAsync);
    }

    public async Task CutAsync()
    {
        var node = await VictimAsync();
        await node.CutAsync();
        Later(Spell(), node.MendAsync);
    }

    public async Task LeaveAsync()
    {
        var node = await VictimAsync();
        lock (_nodes)
            _nodes.Remove(node);
        await node.LeaveAsync();
        node.Dispose();
        await Begin(Name()).ReadyAsync();
    }

    public async Task DieAtStatementAsync()
    {
        var node = await VictimAsync();
        var relay = ((NodeWay.Relayed)node.Way).Relay;
        var (left, isKilled, isPassed) = NextPoint();
        relay.MayPass = _ =>
        {
            if (Interlocked.Decrement(ref left) != 0)
                return true;
            if (isKilled)
                node.Send(Posix.Kill9);
            return isPassed;
        };
        var run = string.Create(CultureInfo.InvariantCulture, $"b-{_bookings++}");
        var question = $"book {run}";
        if (await node.AskAsync(question) is null or ['n', ..])
            await _customers.AskAsync(question);
        for (var waits = 0; Volatile.Read(ref left) > 0 && waits < 40; waits++)
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        relay.MayPass = null;
        if (!isKilled || Volatile.Read(ref left) > 0)
            return;
        lock (_nodes)
            _nodes.Remove(node);
        await node.KillAsync();
        node.Dispose();
        await Begin(Name()).ReadyAsync();
    }

    /// <summary>Behind which piece that comes or goes, whether the process dies there or its connection, and
    /// whether that piece gets through: each once, in an order of chance, before any comes again. About as
    /// many pieces come and go for one such run, some of them from beats and looks.</summary>
    private (int Piece, bool IsKilled, bool IsPassed) NextPoint()
    {
        const int Pieces = 50;
        if (_points.Count == 0)
        {
            var points = Enumerable.Range(0, Pieces * 4).ToArray();
            _chance.Shuffle(points);
            _points = new(points);
        }

        var point = _points.Dequeue();
        return ((point / 4) + 1, point % 2 == 0, point / 2 % 2 == 0);
    }

    public async Task RestartAsync()
    {
        _database.Break();
        await Server.RestartAsync(_chance.Next(2) == 0 ? TimeSpan.Zero : Spell());
        _database.Mend();
    }

    private ClusterNode[] Nodes
    {
        get
        {
            lock (_nodes)
                return [.. _nodes];
        }
    }

    /// <summary>Mostly for longer than a lease, now and then for less.</summary>
    private TimeSpan Spell() => _plan.Lease * (0.3 + (1.9 * _chance.NextDouble()));

    /// <summary>A node that works; one other works as well, so that the cluster does.</summary>
    private async Task<ClusterNode> VictimAsync()
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var well = Nodes.Where(node => node.IsWell).ToArray();
            // Who has just come has nothing yet that could be lost.
            var ripe = well.Where(node => node.Life.Well > s_ripe).ToArray();
            if (well.Length > 1 && ripe.Length > 0)
                return ripe[_chance.Next(ripe.Length)];
            Broken.Unless(
                TimeProvider.System.GetElapsedTime(begun) < s_patience,
                $"no two nodes work: {string.Join('\n', Nodes.Select(node => node.Said))}"
            );
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private void Later(TimeSpan span, Func<Task> then)
    {
        _under.RemoveAll(task => task.IsCompletedSuccessfully);
        _under.Add(ThenAsync());

        async Task ThenAsync()
        {
            await Task.Delay(span, TimeProvider.System);
            await then();
        }
    }
}
