using Cano.Kernel;
using Cano.Runtime.Data;

namespace Cano.Runtime.Steps.Children;

/// <summary>A workflow of which a state starts runs.</summary>
internal abstract class ChildWorkflow
{
    public abstract string Name { get; }

    public abstract uint Version { get; }

    /// <summary>The stable name of the state that its runs begin in.</summary>
    public abstract string InitialState { get; }

    /// <summary>What that state carries.</summary>
    /// <exception cref="CanoException">It cannot be kept.</exception>
    public abstract StateData InitialData(ValueCodec values);

    /// <summary>The type of what its runs are given; null when it says none.</summary>
    public abstract Type? Accepts { get; }

    /// <summary>How much longer than its own id those of its runs' children are, and of theirs, in bytes of
    /// UTF-8; 0 when it starts none.</summary>
    public abstract int SuffixMax { get; }

    /// <summary>As the kernel knows it.</summary>
    /// <param name="name">What tells it from its siblings; empty for an only one, and for one for each
    /// item.</param>
    public ChildDefinition Define(string name) => new(name, Name, Version, InitialState);
}

/// <summary>A workflow of which a state starts runs.</summary>
internal abstract class ChildWorkflow<TChild> : ChildWorkflow
    where TChild : notnull
{
    /// <summary>The exit of this name, with what it carries.</summary>
    /// <exception cref="CanoException">`workflow`: it has no such state, or what that carries cannot be
    /// read.</exception>
    public abstract TChild ExitOf(string runId, string exit, StateData data, ValueCodec values);
}
