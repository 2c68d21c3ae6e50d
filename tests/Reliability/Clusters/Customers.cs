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

    // Who has started a run and is to send it something stands here, in a row; null: nobody has to.
    private readonly SemaphoreSlim? _turns = plan.InHand is null ? null : new SemaphoreSlim(0);
    private Task _serving = Task.CompletedTask;
    private int _standing;
    private int _asking;
    private int _unheard;

    /// <summary>The numbers of the runs whose start was answered.</summary>
    public ICollection<int> Accepted => _served.Keys;

    /// <summary>How often nobody answered.</summary>
    public int Unheard => _unheard;

    /// <summary>How many of the runs have ended, as far as is known.</summary>
    public long Ended { get; private set; }

    public bool IsCancelled(int number) => _cancelled.ContainsKey(number);

    public void Begin() => _serving = Task.Run(ServeAsync);

    /// <summary>Nobody new; returns when all have been served.</summary>
    public async Task StopAsync()
    {
        await _closing.CancelAsync();
        await _serving;
        await Task.WhenAll(_served.Values);
    }

    public void Dispose()
    {
        _closing.Dispose();
        _turns?.Dispose();
    }

    private async Task ServeAsync()
    {
        var inHand = 0L;
        while (!_closing.IsCancellationRequested || _served.Values.Any(served => !served.IsCompleted))
        {
            (Ended, inHand) = await cluster.Watch.CountAsync() ?? (Ended, plan.InHand ?? 0);
            var free = (plan.InHand ?? int.MaxValue) - inHand - Volatile.Read(ref _asking);
            for (; free > 0 && Next(); free--) { }
            await Task.Delay(_turns is null ? s_pause : s_pause * 10, TimeProvider.System);
        }
    }

    /// <summary>Starts one more run, or lets the next of those that stand in line go on; false when there is
    /// nothing to do.</summary>
    private bool Next()
    {
        if (!_closing.IsCancellationRequested && _served.Count - Ended < plan.UnderWay)
        {
            var number = _served.Count;
            Interlocked.Increment(ref _asking);
            _served[number] = Task.Run(() => ServeAsync(number));
            return true;
        }

        if (_turns is null || Volatile.Read(ref _standing) == 0)
            return false;
        Interlocked.Decrement(ref _standing);
        Interlocked.Increment(ref _asking);
        _turns.Release();
        return true;
    }

    private async Task ServeAsync(int number)
    {
        var run = string.Create(CultureInfo.InvariantCulture, $"e-{number}");
        var errand = new Processes.Errand(number, plan.IsTimed);
        var chance = new Random(number);
        await AskAsync($"start {run} {number} {plan.IsTimed}");
        if (chance.Next(12) == 0)
            _cancelled[number] = true;
        await StandAsync(errand, chance);
        if (!errand.IsForgotten)
            await AskAsync($"signal {run} s-{number}");
        Interlocked.Decrement(ref _asking);
        if (!IsCancelled(number))
            return;
        await Task.Delay(TimeSpan.FromMilliseconds(chance.Next(400)), TimeProvider.System);
        await AskAsync($"cancel {run}");
    }

    /// <summary>Until it is time to send the run something: soon, or in its turn. What is raced by the clock
    /// waits about as long as its run does.</summary>
    private async Task StandAsync(Processes.Errand errand, Random chance)
    {
        var soon = TimeSpan.FromMilliseconds(chance.Next(400));
        if (_turns is null)
        {
            await Task.Delay(soon, TimeProvider.System);
            return;
        }

        Interlocked.Decrement(ref _asking);
        if (errand.IsRaced)
        {
            // Who is the last is not waited for.
            var later = plan.Rest * 2 * chance.NextDouble();
            await Task.Delay(later, TimeProvider.System, _closing.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Increment(ref _asking);
            return;
        }

        Interlocked.Increment(ref _standing);
        await _turns.WaitAsync();
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
