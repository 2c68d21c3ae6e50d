using Cano.Runtime.Errors;

namespace Cano.Runtime.Data;

/// <summary>What a run was given at its start, as its bodies ask for it.</summary>
/// <param name="accepted">The type that the workflow accepts; null when it says none.</param>
internal abstract class RunInput(Type? accepted)
{
    /// <summary>The run's first row says it.</summary>
    public static RunInput Stored(StoredValue stored, Type? accepted, ValueCodec values) =>
        new StoredInput(stored, accepted, values);

    /// <summary>As <see cref="Stored"/>, of a run that goes on: what its workflow accepts is read before
    /// anything is done.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: it cannot be read as what the workflow
    /// accepts.</exception>
    public static RunInput Readable(StoredValue stored, Type? accepted, ValueCodec values)
    {
        try
        {
            var input = new StoredInput(stored, accepted, values);
            if (accepted is not null)
                input.Keep(accepted, values.ReadKept(stored.Json, accepted));
            return input;
        }
        // Whatever the type's own constructor throws.
        catch (Exception thrown)
        {
            var text =
                $"read the run's input, a `{stored.TypeName}`, as the `{TypeNames.Of(accepted!)}` that the workflow accepts: {ValueCodec.Reason(thrown)}";
            throw new CanoException(CanoError.Of(Fault.NewCheckpointStore(text)), thrown);
        }
    }

    /// <summary>The object itself is handed on.</summary>
    public static RunInput Live(object? value, Type type, Type? accepted, ValueCodec values) =>
        new LiveInput(value, type, accepted, values);

    /// <summary>The input as this type: every body that asks for it gets the same object.</summary>
    /// <exception cref="CanoException">`input_type_mismatch`: the workflow accepts another type, or it cannot
    /// be read as this one.</exception>
    public T Read<T>()
    {
        if (accepted is null || accepted == typeof(T))
            return As<T>();
        var (given, asked) = TypeNames.OfBoth(accepted, typeof(T));
        throw Mismatch(
            $"the workflow accepts a `{given}`, not a `{asked}`: ask for the type it accepts",
            null
        );
    }

    protected abstract T As<T>();

    protected static CanoException Mismatch(string what, Exception? thrown) =>
        new(CanoError.Of(Fault.NewInputTypeMismatch(what)), thrown);

    private sealed class LiveInput(object? value, Type type, Type? accepted, ValueCodec values)
        : RunInput(accepted)
    {
        private StoredInput? _stored;

        protected override T As<T>() =>
            value switch
            {
                T typed => typed,
                null when default(T) is null => default!,
                // As it would be with a journal.
                _ => Stored().Read<T>(),
            };

        private StoredInput Stored()
        {
            if (_stored is not null)
                return _stored;
            if (!GivenValue.TryStore(value, type, values, out var stored, out var problem))
                throw Mismatch($"the run's input {problem}", null);
            return _stored = new StoredInput(stored, null, values);
        }
    }

    private sealed class StoredInput(StoredValue stored, Type? accepted, ValueCodec values)
        : RunInput(accepted)
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<Type, object?> _read = [];

        public void Keep(Type type, object? read) => _read[type] = read;

        protected override T As<T>()
        {
            lock (_gate)
            {
                if (_read.TryGetValue(typeof(T), out var known))
                    return (T)known!;
                var read = Fresh<T>();
                _read[typeof(T)] = read;
                return read;
            }
        }

        private T Fresh<T>()
        {
            try
            {
                return (T)values.ReadKept(stored.Json, typeof(T))!;
            }
            // Whatever the type's own constructor throws.
            catch (Exception thrown)
            {
                var given = stored.TypeName is { } name ? $", a `{name}`," : "";
                throw Mismatch(
                    $"the run's input{given} cannot be read as a `{TypeNames.Of(typeof(T))}`: {UserText.MessageOf(thrown)}",
                    thrown
                );
            }
        }
    }
}
