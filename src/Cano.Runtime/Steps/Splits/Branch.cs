using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Errors;
using Cano.Runtime.Resilience;
using Cano.Runtime.Steps.Singles;
using Cano.Runtime.Time;

namespace Cano.Runtime.Steps.Splits;

/// <summary>One branch of a split: a task with its own attempts, each with a context of its own. To its split
/// it is the message that it has ended.</summary>
internal sealed class Branch<TState>(SplitRun<TState> split, int index) : BranchMessage
    where TState : notnull
{
    private readonly ListedBranch<TState> _listed = split.Listed(index);

    public int Index => index;

    public string Name => _listed.Name;

    /// <summary>Why the branch failed; null while it runs and when it succeeded.</summary>
    public CanoError? Error { get; private set; }

    /// <summary>Whether it failed because its own breaker refused an attempt.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Whether a branch that has ended succeeded.</summary>
    public bool HasSucceeded => Error is null;

    /// <summary>What it gave, or wrote, cannot be kept.</summary>
    public void Fail(CanoError error) => Error = error.In(split.State);

    /// <summary>Runs a branch. Never throws: a failure is the branch's answer. Its split hears of its end,
    /// whatever happens. True when it succeeded before this returned, and its split is to be told of it with
    /// others.</summary>
    /// <remarks>Most branches succeed at once, with their first attempt: nothing is made for these but their
    /// context.</remarks>
    public static async Task<bool> RunAsync(SplitRun<TState> split, int index)
    {
        var isAtOnce = true;
        Exception? thrown = null;
        try
        {
            // Its turn may come when nobody wants it any more.
            split.Token.ThrowIfCancellationRequested();
            var attempt = AttemptAsync(split, index, 1);
            isAtOnce = attempt.IsCompleted;
            // Which state it returns does not matter: the join names the next.
            await attempt.ConfigureAwait(false);
        }
        catch (Exception failed)
        {
            thrown = failed;
        }

        if (thrown is null)
            return split.Succeeded(index, isAtOnce);
        await new Branch<TState>(split, index).GoOnAsync(thrown).ConfigureAwait(false);
        return false;
    }

    /// <summary>The first attempt failed.</summary>
    private async ValueTask GoOnAsync(Exception failed)
    {
        try
        {
            await TryAgainAsync(failed).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            // The clock of a retry's delay, say.
            Error = Faults.OfTask(thrown).In(split.State);
        }

        split.Ended(this);
    }

    private async ValueTask TryAgainAsync(Exception failed)
    {
        var attempt = 1;
        for (Exception? thrown = failed; thrown is not null; attempt++)
        {
            IsRefused = thrown is RefusedException;
            Error = IsRefused ? CanoError.Of(Fault.CircuitOpen) : Faults.OfTask(thrown);
            if (IsRefused || !await RetriesAsync(attempt, Error).ConfigureAwait(false))
            {
                Error = (IsRefused ? Error : Retry.Exhausted(attempt, Error)).In(split.State);
                return;
            }

            thrown = await ThrownByAsync(attempt + 1).ConfigureAwait(false);
        }

        Error = null;
    }

    /// <summary>What an attempt has thrown; null when it succeeded.</summary>
    private async ValueTask<Exception?> ThrownByAsync(int attempt)
    {
        try
        {
            split.Token.ThrowIfCancellationRequested();
            await AttemptAsync(split, index, attempt).ConfigureAwait(false);
            return null;
        }
        catch (Exception thrown)
        {
            return thrown;
        }
    }

    private async ValueTask<bool> RetriesAsync(int attempt, CanoError error)
    {
        var decision = Retry.Decide(_listed.Config.Retry, attempt, error, split.Options.Random.NextDouble());
        if (decision.IsGiveUp || split.Tokens.AreSignalled)
            return false;
        split.Retrying(this, attempt, decision.Delay, error);
        await Delay.ForAsync(decision.Delay, split.Options.Time, split.Token).ConfigureAwait(false);
        return !split.Tokens.AreSignalled;
    }

    private static ValueTask<TState> AttemptAsync(SplitRun<TState> split, int index, int attempt)
    {
        var listed = split.Listed(index);
        if (!listed.Config.Rules.AreNone)
            return GuardedAsync(split, index, attempt);
        var context = split.ContextOf(index, attempt, split.Token);
        var answer = listed.Task.CallAsync(context, split.Token);
        return answer.IsCompleted
            ? answer
            : StopGrace.AwaitAsync(answer, context, split.Options, split.Tokens.Watch);
    }

    private static async ValueTask<TState> GuardedAsync(SplitRun<TState> split, int index, int attempt)
    {
        var (task, rules) = (split.Listed(index).Task, split.Listed(index).Config.Rules);
        using var limit = new AttemptLimit(rules.Limit, split.Options, split.Tokens);
        var context = split.ContextOf(index, attempt, limit.Token);
        return await rules
            .GuardAsync(split.Tokens, () => limit.CallAsync(context, split.Options, task.CallAsync))
            .ConfigureAwait(false);
    }
}
