using Cano.Runtime.Data;
using Cano.Runtime.Errors;

namespace Cano.Runtime.Scope;

/// <summary>What runs are given, and whether their workflow takes it.</summary>
internal static class RunInputs
{
    /// <summary>Why a workflow takes no such start; null when it does.</summary>
    /// <param name="workflow">The workflow's name; null when it has none.</param>
    /// <param name="accepted">The type that it accepts; null when it says none.</param>
    /// <param name="given">What the run is given; null for nothing.</param>
    public static string? Problem(string? workflow, Type? accepted, GivenInput? given)
    {
        if (accepted is null || (given is not null && GivenValue.IsOf(given.Value, accepted)))
            return null;
        var name = workflow is null ? "The workflow" : $"Workflow '{workflow}'";
        var what = given is null ? "no input" : GivenValue.NameOf(given.Value);
        return $"{name} accepts a `{TypeNames.Of(accepted)}`, and the run is given {what}: "
            + "give it such an input when it is started";
    }

    /// <summary>The input as the run's first row keeps it; null for none.</summary>
    /// <exception cref="CanoException">`configuration`: it cannot be kept.</exception>
    public static StoredValue? Store(string runId, GivenInput? given, RunOptions options) =>
        given is null ? null
        : GivenValue.TryStore(
            given.Value,
            options.Accepts ?? given.Type,
            options.Values,
            out var stored,
            out var problem
        )
            ? stored
        : throw InvalidConfiguration.Of($"The input of run '{runId}' {problem}");

    /// <summary>What a child is given, as its parent's rows keep it; null for nothing.</summary>
    /// <param name="workflow">The name of the child's workflow.</param>
    /// <param name="accepts">The type that it accepts; null when it says none.</param>
    /// <param name="given">What the parent gives it; null for nothing.</param>
    /// <param name="values">Turns it into bytes.</param>
    /// <exception cref="CanoException">`configuration`: the workflow takes no such input, or it cannot be
    /// kept.</exception>
    public static StoredValue? OfChild(string workflow, Type? accepts, GivenInput? given, ValueCodec values)
    {
        if (Problem(workflow, accepts, given) is { } unfit)
            throw InvalidConfiguration.Of(unfit);
        if (given is null)
            return null;
        return GivenValue.TryStore(
            given.Value,
            accepts ?? given.Type,
            values,
            out var stored,
            out var problem
        )
            ? stored
            : throw InvalidConfiguration.Of($"The input of a child of workflow '{workflow}' {problem}");
    }

    /// <summary>What bodies get of a run that begins. Without rows it is the object that was given, with rows
    /// what a resume would see.</summary>
    public static RunValues OfFresh(GivenInput? given, StoredValue? stored, RunOptions options) =>
        new(
            given is null && stored is null ? null
            : given is not null && (stored is null || given.IsHandedOn)
                ? RunInput.Live(given.Value, given.Type, options.Accepts, options.Values)
            : RunInput.Stored(stored!, options.Accepts, options.Values)
        );

    /// <summary>What bodies get of a run that goes on.</summary>
    public static RunValues OfResumed(
        GivenInput? given,
        RunStart? start,
        StoredValue? output,
        RunOptions options
    )
    {
        if (given is { IsHandedOn: true })
            return new(RunInput.Live(given.Value, given.Type, options.Accepts, options.Values), output);
        return new(
            start?.Input is { } stored ? RunInput.Readable(stored, options.Accepts, options.Values) : null,
            output
        );
    }
}
