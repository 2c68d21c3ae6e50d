using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Errors;
using Cano.Runtime.Resilience;
using Cano.Runtime.Steps.Singles;
using Cano.Runtime.Time;

namespace Cano.Runtime.Steps.Splits;

/// <summary>One branch of a split: a task with its own attempts and its own context. To its split it is the
/// message that it has ended.</summary>
internal sealed class Branch<TState>(SplitRun<TState> split, ITask<TState> task, int index) : BranchMessage
    where TState : notnull
{
    // Without one the branch could not even fail.
    private readonly TaskConfig _config =
        task.Config
        ?? throw new CanoException(
            CanoError.Of(
                Fault.NewWorkflow(
                    $"Split '{split.State}': branch {index}, '{task.Name}', has no Config; give TaskConfig.Default"
                )
            )
        );

    public int Index => index;

    public string Name { get; } = task.Name;

    /// <summary>Why the branch failed; null while it runs and when it succeeded.</summary>
    public CanoError? Error { get; private set; }

    /// <summary>Whether it failed because its own breaker refused an attempt.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Whether a branch that has ended succeeded.</summary>
    public bool HasSucceeded => Error is null;

    /// <summary>Whether the branch ended before the verdict.</summary>
    public bool IsCounted { get; set; }

    /// <summary>It ended before this process began.</summary>
    public void Ended(CanoError? error) => (Error, IsCounted) = (error, true);

    /// <summary>What it gave, or wrote, cannot be kept.</summary>
    public void Fail(CanoError error) => Error = error.In(split.State);

    /// <summary>Runs until the branch first waits; what follows goes on by itself.</summary>
    public void Start() => _ = RunAsync();

    /// <summary>Never throws: a failure is the branch's answer. Its split hears of its end, whatever
    /// happens.</summary>
    private async Task RunAsync()
    {
        try
        {
            await AttemptAllAsync().ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            // The clock of a retry's delay, say.
            Error = Faults.OfTask(thrown).In(split.State);
        }

        split.Ended(this);
    }

    private async ValueTask AttemptAllAsync()
    {
        var attempt = 0;
        do
        {
            attempt++;
            try
            {
                // Its turn may come when nobody wants it any more.
                split.Token.ThrowIfCancellationRequested();
                // Which state it returns does not matter: the join names the next.
                await AttemptAsync(attempt).ConfigureAwait(false);
                Error = null;
            }
            catch (RefusedException)
            {
                Error = CanoError.Of(Fault.CircuitOpen);
                IsRefused = true;
            }
            catch (Exception thrown)
            {
                Error = Faults.OfTask(thrown);
            }
        } while (
            Error is { } error && !IsRefused && await RetriesAsync(attempt, error).ConfigureAwait(false)
        );

        if (Error is not null)
            Error = (IsRefused ? Error : Retry.Exhausted(attempt, Error)).In(split.State);
    }

    private async ValueTask<bool> RetriesAsync(int attempt, CanoError error)
    {
        var decision = Retry.Decide(_config.Retry, attempt, error, split.Options.Random.NextDouble());
        if (decision.IsGiveUp || split.Tokens.AreSignalled)
            return false;
        split.Retrying(this, attempt, decision.Delay, error);
        await Delay.ForAsync(decision.Delay, split.Options.Time, split.Token).ConfigureAwait(false);
        return !split.Tokens.AreSignalled;
    }

    private ValueTask<TState> AttemptAsync(int attempt)
    {
        if (!_config.Rules.AreNone)
            return GuardedAsync(attempt);
        var context = split.ContextOf(this, attempt, split.Token);
        return StopGrace.AwaitAsync(
            task.CallAsync(context, split.Token),
            context,
            split.Options,
            split.Tokens.Watch
        );
    }

    private async ValueTask<TState> GuardedAsync(int attempt)
    {
        using var limit = new AttemptLimit(_config.Rules.Limit, split.Options, split.Tokens);
        var context = split.ContextOf(this, attempt, limit.Token);
        return await _config
            .Rules.GuardAsync(split.Tokens, () => limit.CallAsync(context, split.Options, task.CallAsync))
            .ConfigureAwait(false);
    }
}
