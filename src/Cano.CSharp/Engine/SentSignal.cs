using Cano.Runtime.Data;
using Cano.Runtime.Steps.Waits;

namespace Cano.CSharp.Engine;

/// <summary>A signal on its way to a run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">What tells it from others; null when it is never sent twice.</param>
/// <param name="Payload">Writes what it carries; null for nothing.</param>
internal readonly record struct SentSignal(string Name, string? Id, Func<ValueCodec, StoredValue>? Payload)
{
    /// <exception cref="ArgumentException">The id is empty.</exception>
    public static SentSignal Of(Signal signal, string? signalId)
    {
        ArgumentNullException.ThrowIfNull(signal);
        return new(signal.Name, RequireId(signalId), null);
    }

    /// <inheritdoc cref="Of"/>
    public static SentSignal Of<TPayload>(Signal<TPayload> signal, TPayload payload, string? signalId)
    {
        ArgumentNullException.ThrowIfNull(signal);
        var name = signal.Name;
        return new(name, RequireId(signalId), values => SignalPayload.Write(name, payload, values));
    }

    /// <summary>The signal as the run's inbox keeps it. It fits what the run waits for.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="workflow">Its workflow's name.</param>
    /// <param name="known">Its workflow; null when it was not added.</param>
    /// <param name="values">Writes what it carries.</param>
    /// <exception cref="ArgumentException">Its name or id is no text that UTF-8 gives back.</exception>
    /// <exception cref="CanoException">`workflow`: what it carries cannot be kept, or fits nothing that the
    /// run's workflow waits for.</exception>
    public InboxItem For(string runId, string? workflow, EngineWorkflow? known, ValueCodec values)
    {
        StoredValue? plain;
        try
        {
            plain = Payload?.Invoke(values);
        }
        catch (CanoException refused)
        {
            throw EngineErrors.Unfit(runId, workflow, refused.Error.Message);
        }

        if (known?.Misfit(Name, plain) is { } misfit)
            throw EngineErrors.Unfit(runId, workflow, misfit);
        return plain is null || values.Name is null
            ? InboxItem.Signal(Name, Id, plain)
            : InboxItem.Signal(Name, Id, new(values.Encode(plain.Json), plain.TypeName), values.Name);
    }

    private static string? RequireId(string? signalId)
    {
        if (signalId is not null)
            ArgumentException.ThrowIfNullOrEmpty(signalId);
        return signalId;
    }
}
