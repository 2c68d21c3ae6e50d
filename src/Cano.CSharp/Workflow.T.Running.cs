using System.Collections.Concurrent;
using System.Collections.Frozen;
using Cano.Runtime.Definitions;
using Cano.Runtime.Errors;
using Cano.Runtime.Runs;
using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;
using LanguageExt;

namespace Cano;

// Runs, with exceptions and without.
public sealed partial class Workflow<TState>
{
    /// <summary>Runs from a state to an exit, which it returns.</summary>
    /// <exception cref="CanoException">Why the run failed; a cancelled run has category
    /// `cancelled`.</exception>
    public Task<TState> OrchestrateAsync(TState initial, CancellationToken cancellationToken = default) =>
        StartAsync(initial, _setup.RunId, cancellationToken).AsTask();

    /// <inheritdoc cref="OrchestrateAsync(TState, CancellationToken)"/>
    /// <param name="initial">Where the run starts.</param>
    /// <param name="runId">The run's id: in a journal no other run may have it.</param>
    /// <param name="cancellationToken">Asks the run to stop: its task is told, completed steps are
    /// undone.</param>
    public Task<TState> OrchestrateAsync(
        TState initial,
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        return StartAsync(initial, runId, cancellationToken).AsTask();
    }

    /// <summary>Goes on with a run where its rows end: the task that was under way runs again, none before
    /// it. A run that failed with nothing to undo begins the state that failed once more, attempts and total
    /// time anew; of one that has ended otherwise the end is told again.</summary>
    /// <exception cref="CanoException">Why the run cannot be resumed, or why it failed.</exception>
    public async Task<TState> ResumeFromAsync(string runId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        if (_setup.Owner is { } owner)
            return await owner.ResumeAsync(_setup, runId, cancellationToken).ConfigureAwait(false);
        return await Runs.ResumeAsync(
                CompiledToResume(byName: false),
                new RunRequest(runId),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Goes on with every interrupted run of this workflow's name until none has work to do, and
    /// gives what became of each by its id. One that waits, for its time or a signal, is `suspended` with the
    /// wait in the text; it goes on by itself as long as the process and its store are there. A run that
    /// cannot be resumed stops no other; runs that are under way in this process, and
    /// those of a <see cref="Scheduler"/>, are left alone, and so are those that have ended: failed ones
    /// too.</summary>
    /// <param name="maxConcurrency">How many runs work at once, at least 1; a run that sleeps until an
    /// instant does not count.</param>
    /// <param name="cancellationToken">Cancels the runs that have begun; those that have not stay as they
    /// are.</param>
    /// <remarks>A run whose resuming was cut short by a crash is tried again alone, after the others; after
    /// three such tries without coming further it is quarantined: listed and reported, but only
    /// <see cref="ResumeFromAsync(string, CancellationToken)"/> takes it further.</remarks>
    /// <exception cref="CanoException">`configuration`: the workflow has no name, or no store.</exception>
    public async Task<IReadOnlyDictionary<string, Either<CanoError, TState>>> ResumeAllAsync(
        int maxConcurrency,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConcurrency, 1);
        var compiled = CompiledToResume(byName: true);
        var interrupted = await Runs.InterruptedAsync(compiled).ConfigureAwait(false);
        var outcomes = new ConcurrentDictionary<string, Either<CanoError, TState>>();
        foreach (var run in interrupted.Quarantined)
            outcomes[run.RunId] = Quarantined(run);
        var waiting = await interrupted
            .ResumeAsync(maxConcurrency, ResumeAsync, compiled.Options.Dispatcher, cancellationToken)
            .ConfigureAwait(false);
        foreach (var id in waiting)
            outcomes.TryAdd(id, await Runs.WaitOfAsync(compiled, id).ConfigureAwait(false));
        // Those that wait go on, and come to their ends.
        return outcomes.ToFrozenDictionary();

        async Task ResumeAsync(string id, ResumeSlot slot)
        {
            try
            {
                outcomes[id] = await Runs.TakeUpAsync(
                        compiled,
                        new RunRequest(id) { Slot = slot },
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
            catch (LeftAloneException)
            {
                // Since the runs were listed somebody else has taken it up, or to its end.
            }
            catch (CanoException failure)
            {
                outcomes[id] = failure.Error;
            }
        }
    }

    /// <summary>As <see cref="OrchestrateAsync(TState, CancellationToken)"/>, with the error as a
    /// value.</summary>
    public Task<Either<CanoError, TState>> TryOrchestrateAsync(
        TState initial,
        CancellationToken cancellationToken = default
    ) => TryAsync(StartAsync(initial, _setup.RunId, cancellationToken)).AsTask();

    /// <summary>As <see cref="OrchestrateAsync(TState, string, CancellationToken)"/>, with the error as a
    /// value.</summary>
    public Task<Either<CanoError, TState>> TryOrchestrateAsync(
        TState initial,
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        return TryStartAsync(initial, runId, cancellationToken).AsTask();
    }

    /// <summary>As <see cref="TryOrchestrateAsync(TState, string, CancellationToken)"/>, for those who await
    /// it once.</summary>
    internal ValueTask<Either<CanoError, TState>> TryStartAsync(
        TState initial,
        string runId,
        CancellationToken cancellationToken
    ) => TryAsync(StartAsync(initial, runId, cancellationToken));

    /// <summary>As <see cref="ResumeFromAsync"/>, with the error as a value.</summary>
    public Task<Either<CanoError, TState>> TryResumeFromAsync(
        string runId,
        CancellationToken cancellationToken = default
    ) => TryAsync(new ValueTask<TState>(ResumeFromAsync(runId, cancellationToken))).AsTask();

    private ValueTask<TState> StartAsync(TState initial, string? runId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(initial);
        if (_setup.Owner is { } owner)
            return new(owner.StartAsync(_setup, initial, runId, cancellationToken));
        try
        {
            return Runs.StartAsync(Compiled, initial, new RunRequest(runId), cancellationToken);
        }
        // What is wrong with the wiring is told by the task, as all else that fails a run.
        catch (CanoException unsound)
        {
            return ValueTask.FromException<TState>(unsound);
        }
    }

    /// <summary>What resuming takes beyond a run is missing first, but all problems are told at
    /// once.</summary>
    private CompiledWorkflow<TState> CompiledToResume(bool byName)
    {
        if (_setup.Owner is not null)
            throw InvalidConfiguration.Of(
                $"The runs of workflow '{_setup.Name}' are those of the host's engine: call its ResumeAsync"
            );
        string[] missing = [.. _setup.MissingToResume(byName)];
        if (missing.Length > 0)
            InvalidConfiguration.ThrowIfAny([.. missing, .. _setup.Problems(Definition)]);
        return Compiled;
    }

    private static CanoError Quarantined(RunSummary run) =>
        CanoError.Of(
            Fault.NewWorkflow(
                $"run '{run.RunId}' is quarantined in state '{run.State}': the process died in {run.Tries} tries to resume it; "
                    + "mend the cause, then resume this run by its id"
            )
        );

    private static async ValueTask<Either<CanoError, TState>> TryAsync(ValueTask<TState> run)
    {
        try
        {
            return await run.ConfigureAwait(false);
        }
        catch (CanoException failure)
        {
            return failure.Error;
        }
    }
}
