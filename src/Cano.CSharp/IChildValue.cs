namespace Cano.CSharp;

/// <summary>A workflow of children, whatever its states.</summary>
internal interface IChildValue
{
    /// <summary>Makes it known to those who run it.</summary>
    /// <exception cref="CanoException">`configuration`: it does not fit them, or its runs cannot begin in the
    /// state that they are to begin in.</exception>
    void AddTo(IKnownWorkflows workflows);
}

/// <summary>Workflows that somebody runs.</summary>
internal interface IKnownWorkflows
{
    /// <summary>Makes one known whose runs begin in a state.</summary>
    /// <exception cref="CanoException">`configuration`: it does not fit, or no run can begin
    /// there.</exception>
    void Add<TState>(Workflow<TState> workflow, TState initial)
        where TState : notnull;
}
