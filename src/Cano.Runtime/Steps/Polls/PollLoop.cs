using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Cano.Runtime.Steps.Singles;
using Cano.Runtime.Time;

namespace Cano.Runtime.Steps.Polls;

/// <summary>Makes a task of a poll: one attempt is the whole loop.</summary>
internal sealed class PollLoop<TState>(IPollTask<TState> poll) : ITask<TState>, IComposedTask
    where TState : notnull
{
    private static readonly TimeSpan s_delayUnknown = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_delayMin = TimeSpan.FromMilliseconds(1);

    public string Name => poll.Name;

    public TaskConfig Config => poll.Config;

    public async ValueTask<TState> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var errors = 0;
        var delay = s_delayUnknown;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var outcome = await context
                    .CallAsync(
                        UserCallKind.Body,
                        poll,
                        static (poll, context, cancel) => poll.PollAsync(context, cancel),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                if (outcome.IsReady)
                    return outcome.State!;
                if (!outcome.IsPending)
                    throw Unanswered();
                errors = 0;
                delay = outcome.Delay;
            }
            catch (Exception thrown)
                when (!cancellationToken.IsCancellationRequested
                    && errors < poll.OnError.ErrorsMax
                    && !Faults.IsMistake(thrown)
                )
            {
                errors++;
                // A poll that fails must not spin, even where one that is pending may.
                if (delay < s_delayMin)
                    delay = s_delayMin;
            }

            await Delay.ForAsync(delay, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private CanoException Unanswered() =>
        InvalidAnswer.OfAnswer(
            $"Poll '{Name}'",
            "ready nor pending",
            "PollOutcome.Ready(state) or PollOutcome.Pending(delay)"
        );
}

/// <summary>A poll made of a lambda.</summary>
internal sealed class LambdaPoll<TState>(
    string name,
    Func<TaskContext, CancellationToken, ValueTask<PollOutcome<TState>>> poll,
    TaskConfig? config
) : IPollTask<TState>
{
    public string Name => name;

    public TaskConfig Config => config ?? TaskConfig.Minimal;

    public ValueTask<PollOutcome<TState>> PollAsync(
        TaskContext context,
        CancellationToken cancellationToken
    ) => poll(context, cancellationToken);
}
