using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.Scope;

namespace Cano.Runtime.Runs;

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

    /// <summary>What bodies get of a run that begins. Without rows it is the object that was given, with rows
    /// what a resume would see.</summary>
    public static RunValues OfFresh(GivenInput? given, StoredValue? stored, RunOptions options) =>
        new(
            given is null ? null
            : stored is null || given.IsHandedOn
                ? RunInput.Live(given.Value, given.Type, options.Accepts, options.Values)
            : RunInput.Stored(stored, options.Accepts, options.Values)
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
