using System.Runtime.CompilerServices;

namespace Cano.Runtime.Scope;

/// <summary>What is awaited to go on in a turn of one's own, on no stack of anybody else's. It is never over
/// before it is awaited: nothing goes on beside it.</summary>
internal readonly struct Turn(Dispatcher dispatcher) : ICriticalNotifyCompletion
{
    public bool IsCompleted => !dispatcher.HasTurns;

    public Turn GetAwaiter() => this;

    public void GetResult() { }

    public void OnCompleted(Action continuation) => dispatcher.GoOn(continuation);

    public void UnsafeOnCompleted(Action continuation) => dispatcher.GoOn(continuation);
}
