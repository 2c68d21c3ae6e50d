using Cano.Reliability.RealDisks;

namespace Cano.Reliability.Serving;

/// <summary>A service through its lives: half of them are ended by SIGTERM, half by kill -9, each at a random
/// instant; in the middle its workflow is upgraded, and in one of them its disk runs full.</summary>
internal sealed class Ordeal(Trials trials, string folder, LoopDisk? disk) : IDisposable
{
    /// <summary>The last life is nobody's prey: what is left ends in it.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly Purchase[] _purchases =
    [
        .. Enumerable.Range(0, trials.Count).Select(number => new Purchase(number, trials.Chance(number))),
    ];

    private readonly Requests _requests = new();
    private readonly Random _chance = trials.Chance(trials.Count);
    private Service? _service;
    private int _retried;
    private int _stops;
    private int _kills;
    private DateTimeOffset _upgrade;

    private string Books => Path.Combine(folder, "books");

    private string Journal => Path.Combine(disk?.Mounted ?? folder, "journal");

    /// <summary>Lives that end by SIGTERM, and as many that are killed.</summary>
    private int Stops => Math.Max(2, trials.Count / 100);

    private TimeSpan Fullness => TimeSpan.FromSeconds(trials.Count < 1_000 ? 3 : 10);

    public async Task<string> RunAsync()
    {
        var customers = new Customers(_requests, _purchases);
        var ordering = customers.OrderAsync();
        var lives = 2 * Stops;
        // Both kinds of end fall into both versions.
        for (var life = 0; life < lives && !ordering.IsFaulted; life++)
        {
            if (life == lives / 2)
                await LeaveFirstAsync(customers);
            await LiveAsync(customers, life, lives);
        }

        if (ordering.IsFaulted)
            await ordering;
        customers.Release(trials.Count);
        await BeginAsync(version: 2);
        await ordering.WaitAsync(s_patience, TimeProvider.System);
        await AllEndAsync(customers);
        var audit = new Audit(_requests, Reliability.Serving.Books.Read(Books), _upgrade);
        await audit.CheckAsync(_purchases);
        await EndAsync(isKilled: false);
        return $"{trials.Count:N0} orders, {_stops:N0} SIGTERMs, {_kills:N0} kills, "
            + $"{_requests.Unheard:N0} requests cut off, {_requests.Refused:N0} put off, {_retried:N0} set aside and retried: {audit}";
    }

    public void Dispose()
    {
        _service?.Dispose();
        _requests.Dispose();
    }

    private async Task LiveAsync(Customers customers, int life, int lives)
    {
        var isKilled = life % 2 == 1;
        if (isKilled && _chance.Next(8) == 0)
        {
            // While it starts: it may have its journal open or not.
            _service = Service.Start(Journal, Books, VersionOf(life, lives));
            await Task.Delay(TimeSpan.FromMilliseconds(_chance.Next(600)), TimeProvider.System);
            await EndAsync(isKilled);
            return;
        }

        await BeginAsync(VersionOf(life, lives));
        await RetrySetAsideAsync();
        var upTo = (life + 1) * trials.Count / (lives + 1);
        if (life == lives / 2 && disk is not null)
            await RunFullAsync(customers, upTo);
        customers.Release(upTo);
        await Task.Delay(TimeSpan.FromMilliseconds(_chance.Next(400)), TimeProvider.System);
        await EndAsync(isKilled);
    }

    private static int VersionOf(int life, int lives) => life < lives / 2 ? 1 : 2;

    /// <summary>The last life of the first version is over when orders of it are under way.</summary>
    private async Task LeaveFirstAsync(Customers customers)
    {
        for (var tries = 0; tries < 10; tries++)
        {
            await BeginAsync(version: 1);
            var settled = customers.Settled;
            customers.Release(customers.Released + 6);
            for (var waits = 0; customers.Settled == settled && waits < 1_000; waits++)
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
            await EndAsync(isKilled: true);
            _upgrade = TimeProvider.System.GetUtcNow();
            if (await IsUnderWayAsync())
                return;
        }

        throw new Broken("no order was under way when the workflow was to be upgraded");
    }

    private async Task<bool> IsUnderWayAsync()
    {
        await using var store = await FasterCheckpointStore.OpenAsync(Journal);
        await foreach (var _ in store.ListRunsAsync(RunFilter.Unfinished))
            return true;
        return false;
    }

    private async Task BeginAsync(int version)
    {
        _service = Service.Start(Journal, Books, version);
        try
        {
            _requests.Address = await _service.Address.WaitAsync(s_patience, TimeProvider.System);
        }
        catch (Exception failure) when (failure is TimeoutException or OperationCanceledException)
        {
            throw new Broken($"the service did not begin; it said:\n{_service.Said}", failure);
        }
    }

    private async Task EndAsync(bool isKilled)
    {
        var service = _service!;
        // Requests go on until the end: whoever makes them finds out by himself.
        await (isKilled ? service.KillAsync() : service.TerminateAsync());
        _ = isKilled ? _kills++ : _stops++;
        _requests.Address = null;
        service.Dispose();
        _service = null;
    }

    /// <summary>Its disk has no space for a while, and then has: what was let out goes on to its end, and
    /// nobody starts it anew.</summary>
    private async Task RunFullAsync(Customers customers, int upTo)
    {
        var refused = _requests.Refused;
        disk!.TakeSpace();
        try
        {
            customers.Release(upTo);
            await Task.Delay(Fullness, TimeProvider.System);
            // The zeros that lie ahead of the log are room that it has.
            for (var waits = 0; _requests.Refused == refused && waits < 60; waits++)
            {
                customers.Release(customers.Released + 50);
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            }
        }
        finally
        {
            disk.GiveSpace();
        }

        Broken.Unless(_requests.Refused > refused, "no order was refused while the disk had no space");
        await AllEndAsync(customers);
    }

    /// <summary>Every order that was let out is accepted, and has ended.</summary>
    private async Task AllEndAsync(Customers customers)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (customers.Settled < customers.Released || (await ListAsync("unfinished")).Count > 0)
        {
            Broken.Unless(
                TimeProvider.System.GetElapsedTime(begun) < s_patience,
                $"{customers.Settled} of {customers.Released} orders are accepted, and these have not ended: "
                    + $"{string.Join("; ", (await ListAsync("unfinished")).Take(5))}; it said:\n{_service!.Said}"
            );
            await RetrySetAsideAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    /// <summary>What an operator does: an order that three processes in a row died with is healthy all the
    /// same.</summary>
    private async Task RetrySetAsideAsync()
    {
        foreach (var order in await ListAsync("attention"))
        {
            Broken.Unless(
                order.Status is "Quarantined" || order.Held is not null,
                $"{order} needs attention that it should not"
            );
            if (order.Status is not "Quarantined")
                continue;
            using var answer = await _requests.PostAsync($"orders/{order.Id}/retry");
            _retried++;
        }
    }

    private Task<IReadOnlyList<OrderView>> ListAsync(string which) =>
        _requests.GetAsync<IReadOnlyList<OrderView>>($"orders?show={which}&limit=1000");
}
