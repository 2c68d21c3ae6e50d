using System.Collections.Concurrent;
using System.Globalization;

namespace Cano.Reliability.Clusters;

/// <summary>Who starts runs, signals and cancels them, at any node that is there, until it is
/// answered.</summary>
internal sealed class Customers(ClusterField cluster, ClusterPlan plan) : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<int, Task> _served = [];
    private readonly ConcurrentDictionary<int, bool> _cancelled = [];
    private Task _serving = Task.CompletedTask;
    private int _unheard;

    /// <summary>The numbers of the runs whose start was answered.</summary>
    public ICollection<int> Accepted => _served.Keys;

    /// <summary>How often nobody answered.</summary>
    public int Unheard => _unheard;

    public bool IsCancelled(int number) => _cancelled.ContainsKey(number);

    public void Begin() => _serving = Task.Run(ServeAsync);

    /// <summary>Nobody new; returns when all have been served.</summary>
    public async Task StopAsync()
    {
        await _closing.CancelAsync();
        await _serving;
        await Task.WhenAll(_served.Values);
    }

    public void Dispose() => _closing.Dispose();

    private async Task ServeAsync()
    {
        var ended = 0L;
        for (var number = 0; !_closing.IsCancellationRequested; )
        {
            ended = await cluster.Watch.CountEndedAsync() ?? ended;
            while (number - ended < plan.UnderWay)
            {
                var own = number++;
                _served[own] = Task.Run(() => ServeAsync(own));
            }

            await Task.Delay(s_pause, TimeProvider.System);
        }
    }

    private async Task ServeAsync(int number)
    {
        var run = string.Create(CultureInfo.InvariantCulture, $"e-{number}");
        var errand = new Processes.Errand(number, plan.IsTimed);
        var chance = new Random(number);
        await AskAsync($"start {run} {number} {plan.IsTimed}");
        if (chance.Next(12) == 0)
            _cancelled[number] = true;
        await Task.Delay(TimeSpan.FromMilliseconds(chance.Next(400)), TimeProvider.System);
        if (!errand.IsForgotten)
            await AskAsync($"signal {run} s-{number}");
        if (!IsCancelled(number))
            return;
        await Task.Delay(TimeSpan.FromMilliseconds(chance.Next(400)), TimeProvider.System);
        await AskAsync($"cancel {run}");
    }

    /// <summary>The node is older than the run.</summary>
    private bool IsOthers(string[] words) =>
        words is ["no", "workflow" or "configuration", ..]
        && plan.Versions(0).Length < 2
        && plan.Versions(1).Length > 1;

    /// <summary>Asks any node, until it is done.</summary>
    public async Task AskAsync(string question)
    {
        while (true)
        {
            if (cluster.AnyNode() is { } node && await node.AskAsync(question) is { } answer)
            {
                var words = answer.Split(' ');
                if (words is ["ok", ..] or ["no", "run_ended", ..])
                    return;
                // Its database is away, or its lease is over.
                Broken.Unless(
                    words is ["no", "checkpoint_store" or "suspended", ..] || IsOthers(words),
                    $"{question}: {answer}"
                );
            }

            Interlocked.Increment(ref _unheard);
            await Task.Delay(s_pause, TimeProvider.System);
        }
    }
}
