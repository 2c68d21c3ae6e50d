namespace Cano.Runtime.Steps.Streams;

/// <summary>A stream of which each visit has a task of its own, since a visit is one attempt in many
/// calls.</summary>
internal interface IVisitedStream<TState, TItem, TOutput, TCursor>
    : IStreamTask<TState, TItem, TOutput, TCursor>
{
    /// <summary>Makes the task of a visit.</summary>
    /// <returns>The task, and what is disposed of when the visit has let go of it.</returns>
    (IStreamTask<TState, TItem, TOutput, TCursor> Task, IAsyncDisposable Held) Begin();
}
