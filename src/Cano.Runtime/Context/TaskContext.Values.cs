using System.Diagnostics.CodeAnalysis;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;

namespace Cano;

// What goes into the run, and what comes out of it.
public sealed partial class TaskContext
{
    private bool _isOfItems;
    private volatile bool _isClosed;

    /// <summary>What the run was given at its start, the same in every state and after every resume. In a
    /// journaled run it is what JSON gives back, and all bodies of a process get the same object.</summary>
    /// <exception cref="CanoException">`input_missing`: it was given nothing; `input_type_mismatch`: its
    /// workflow accepts another type, or, where it says none, it cannot be read as this one.</exception>
    public T Input<T>() =>
        TryInput<T>(out var input)
            ? input
            : throw new CanoException(
                CanoError.Of(
                    Fault.NewInputMissing(
                        $"run '{RunId}' was started without an input: give it one, or ask with TryInput"
                    )
                )
            );

    /// <summary>What the run was given at its start, if it was given anything.</summary>
    /// <exception cref="CanoException">`input_type_mismatch`, as of <see cref="Input{T}"/>.</exception>
    public bool TryInput<T>([MaybeNullWhen(false)] out T input)
    {
        if (_run.Input is not { } given)
        {
            input = default;
            return false;
        }

        input = given.Read<T>();
        return true;
    }

    /// <summary>Sets what the run gives as its own output, in the place of what was set before. It counts
    /// with the run's next row, also when the attempt that set it fails later.</summary>
    /// <exception cref="CanoException">`configuration`: the value cannot be kept, or the workflow returns
    /// another type; `workflow`: a branch, an item of a batch, a compensation and a body that was abandoned
    /// set none.</exception>
    public void SetOutput<T>(T value)
    {
        if (Bystander is { } bystander)
            throw new CanoException(
                CanoError.Of(
                    Fault.NewWorkflow(
                        $"{bystander} of state '{State}' cannot set the run's output: set it in the work of a state"
                    )
                )
            );
        var returned = Options.Returns;
        var type = returned.FirstOrDefault(type => GivenValue.IsOf(value, type));
        if (!returned.IsEmpty && type is null)
            throw InvalidConfiguration.Of(
                $"State '{State}' sets {GivenValue.NameOf(value)} as the run's output, and the workflow returns "
                    + $"{string.Join(" or ", returned.Select(type => $"a `{TypeNames.Of(type)}`"))}"
            );
        if (!GivenValue.TryStore(value, type ?? typeof(T), Options.Values, out var stored, out var problem))
            throw InvalidConfiguration.Of($"The output that state '{State}' sets {problem}");
        _run.SetOutput(stored);
    }

    /// <summary>Who asks, where that is not the run's own work; else null.</summary>
    private string? Bystander =>
        _isClosed ? "An abandoned task"
        : _part == BranchPart ? $"Branch '{_branch}'"
        : _part == UndoPart ? "The compensation"
        : _isOfItems ? "An item of the batch"
        : null;

    /// <summary>The body was given up on.</summary>
    internal bool IsClosed => _isClosed;

    /// <summary>From here on, until it is false again, items of a batch are worked on, side by
    /// side.</summary>
    internal void WorkOnItems(bool begin) => _isOfItems = begin;
}
