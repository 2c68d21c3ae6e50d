using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;
using LanguageExt;

namespace Cano.CSharp.Scheduling;

/// <summary>Who works on the runs of flows.</summary>
internal interface IFlowRuns
{
    /// <summary>A store that fails is waited for, and that is no failure of a flow.</summary>
    bool IsHealing { get; }

    /// <summary>After a failure: makes the store usable again if that can be done.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: not yet.</exception>
    Task HealAsync();

    /// <summary>The workflow as it is run here.</summary>
    /// <exception cref="CanoException">`configuration`: it cannot be.</exception>
    Workflow<TState> Bound<TState>(Workflow<TState> workflow)
        where TState : notnull;

    /// <summary>Takes the run of an occurrence to its end. One that rests instead has failed with
    /// `suspended`.</summary>
    /// <exception cref="LeftAloneException">It is somebody else's.</exception>
    ValueTask<Either<CanoError, TState>> RunAsync<TState>(
        WantedOccurrence<TState> wanted,
        FlowOccurrence occurrence
    )
        where TState : notnull;
}

/// <summary>The run that an occurrence wants.</summary>
/// <param name="Workflow">The workflow, as the scheduler was told of it.</param>
/// <param name="Initial">Where it begins.</param>
/// <param name="Id">Its id.</param>
/// <param name="Input">What it is given; asked when it begins.</param>
internal readonly record struct WantedOccurrence<TState>(
    Workflow<TState> Workflow,
    TState Initial,
    string Id,
    Func<GivenInput?> Input
)
    where TState : notnull
{
    /// <summary>What it is given, or why that cannot be told.</summary>
    public (GivenInput? Given, CanoError? Failure) Asked()
    {
        try
        {
            return (Input(), null);
        }
        // The user's function: whatever it throws, this try has failed.
        catch (Exception thrown)
        {
            return (null, Faults.OfTask(thrown));
        }
    }
}
