using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.Provision;

namespace Cano;

/// <summary>What tasks share, by key. Immutable: inserting returns a changed copy.</summary>
/// <remarks>A value inserted as such is shared by all runs of a workflow; one made by
/// <see cref="InsertPerRun"/> belongs to a single run.</remarks>
public sealed partial class Resources
{
    internal const string StoreKey = "store";

    private readonly ImmutableList<string> _keys;
    private readonly IServiceProvider? _services;
    private readonly bool _hasPerRun;

    // The same twice, each made of the other when it is first needed: one takes one more without a copy of
    // all, one is looked up fast. Neither changes then, so runs read without a lock.
    private ImmutableDictionary<string, object>? _inserted;
    private Dictionary<string, object>? _values;

    /// <summary>No resources.</summary>
    public Resources()
        : this(null) { }

    private Resources(IServiceProvider? services)
    {
        _keys = [];
        _inserted = ImmutableDictionary<string, object>.Empty;
        _services = services;
    }

    private Resources(Resources others, string key, object value)
    {
        _keys = others._keys.Add(key);
        _inserted = others.Inserted.Add(key, value);
        _services = others._services;
        _hasPerRun = others._hasPerRun || IsPerRun(key, value);
    }

    private Resources(Resources others, Dictionary<string, object> values)
    {
        _keys = others._keys;
        _values = values;
        _services = others._services;
        _hasPerRun = _keys.Exists(key => IsPerRun(key, values[key]));
    }

    private ImmutableDictionary<string, object> Inserted => _inserted ??= _values!.ToImmutableDictionary();

    private Dictionary<string, object> Values => _values ??= new(_inserted!);

    /// <summary>The host's services behind the values; null when there are none.</summary>
    internal IServiceProvider? Services => _services;

    /// <summary>Whether a run needs values of its own.</summary>
    internal bool HasPerRun => _hasPerRun || HostTemplate() is not null;

    /// <summary>Adds a value that all runs share.</summary>
    /// <exception cref="CanoException">`resource_duplicate_key`.</exception>
    public Resources Insert(string key, object value) =>
        TryInsert(key, value, out var result)
            ? result
            : throw new CanoException(CanoError.Of(Fault.NewResourceDuplicateKey(key)));

    /// <inheritdoc cref="Insert(string, object)"/>
    public Resources Insert(Enum key, object value) => Insert(KeyOf(key), value);

    /// <summary>Adds a value that is made at each run's start and set up and torn down with the
    /// run.</summary>
    /// <exception cref="CanoException">`resource_duplicate_key`.</exception>
    public Resources InsertPerRun(string key, Func<object> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        return Insert(key, new PerRun(make));
    }

    /// <summary>Adds a value unless the key is taken; `result` is unchanged then.</summary>
    public bool TryInsert(string key, object value, out Resources result)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(value);
        if (value is IResource resource)
            Lookalikes.ThrowIfAny(resource, nameof(value));
        var free = !Inserted.ContainsKey(key);
        result = free ? new Resources(this, key, value) : this;
        return free;
    }

    /// <summary>The value under a key; the same instance each time.</summary>
    /// <exception cref="CanoException">`resource_not_found` or `resource_type_mismatch`.</exception>
    public T Get<T>(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Typed<T>(key, Find(key, typeof(T)));
    }

    /// <inheritdoc cref="Get{T}(string)"/>
    public T Get<T>(Enum key)
    {
        var name = KeyOf(key);
        return Typed<T>(name, Find(key, name, typeof(T)));
    }

    /// <summary>The value under a key, if it is there and of that type.</summary>
    public bool TryGet<T>(string key, [MaybeNullWhen(false)] out T value)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (Find(key, typeof(T)) is T typed)
        {
            value = typed;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Resources of a host: a key finds the keyed service, else the service of the type asked for.
    /// An enum finds the one under its value, else the one under its name.</summary>
    public static Resources From(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return new Resources(services);
    }

    /// <summary>The health of every resource that can tell it; one that throws is unhealthy.</summary>
    public async Task<IReadOnlyDictionary<string, ResourceHealth>> CheckAllHealthAsync(
        CancellationToken cancellationToken = default
    )
    {
        var all = new Dictionary<string, ResourceHealth>();
        foreach (var (key, resource) in Managed())
            all[key] = await HealthOfAsync(resource, cancellationToken).ConfigureAwait(false);
        return all;
    }

    /// <summary>The worst health, the first inserted of equally bad ones; healthy when there is
    /// none.</summary>
    public async Task<ResourceHealth> AggregateHealthAsync(CancellationToken cancellationToken = default)
    {
        var worst = ResourceHealth.Healthy;
        foreach (var (_, resource) in Managed())
        {
            var health = await HealthOfAsync(resource, cancellationToken).ConfigureAwait(false);
            if (health.Level > worst.Level)
                worst = health;
        }

        return worst;
    }

    /// <summary>The values that want to be set up and torn down, in the order of insertion.</summary>
    internal IEnumerable<(string Key, IResource Resource)> Managed() =>
        from key in _keys
        let resource = Values[key] as IResource
        where resource is not null
        select (key, resource);

    /// <summary>A copy for one run, and the part of it that this run alone owns.</summary>
    /// <param name="restored">Of a resumed run, what its durable store held; else null.</param>
    /// <param name="codec">Turns what the run puts into its durable store into bytes.</param>
    internal (Resources All, Resources Own) ForRun(DurableValues? restored, ValueCodec codec)
    {
        var own = new Resources();
        var all = new Dictionary<string, object>(Values);
        foreach (var key in _keys.Where(key => IsPerRun(key, Values[key])))
        {
            all[key] = OfRun(key, Values[key], restored, codec);
            own = own.Insert(key, all[key]);
        }

        if (HostTemplate() is { } template)
            all[StoreKey] = template.ForRun(restored, codec);
        return (new Resources(this, all), own);
    }

    /// <summary>The durable store of a host, which is a template as an inserted one is.</summary>
    private MemoryStore? HostTemplate()
    {
        return
            _services is not null && !Values.ContainsKey(StoreKey) && FindStore() is { IsDurable: true } store
            ? store
            : null;
    }

    /// <summary>The store that the context of a task gives, if there is one.</summary>
    internal MemoryStore? FindStore()
    {
        try
        {
            return Find(StoreKey, typeof(MemoryStore)) as MemoryStore;
        }
        catch (Exception)
        {
            // The host cannot give it here: a task that asks for it gets the same answer.
            return null;
        }
    }

    private static async ValueTask<ResourceHealth> HealthOfAsync(IResource resource, CancellationToken cancel)
    {
        try
        {
            return await resource.HealthAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception thrown)
            when (thrown is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            return ResourceHealth.Unhealthy(UserText.Of(thrown));
        }
    }

    /// <summary>A run's own value; of a durable store, with what the run had written before it was
    /// resumed.</summary>
    private static object OfRun(string key, object value, DurableValues? restored, ValueCodec codec)
    {
        if (value is not PerRun perRun)
            return ((MemoryStore)value).ForRun(restored, codec);
        var made = perRun.Make(key);
        if (key != StoreKey || made is not MemoryStore { IsDurable: true } store)
            return made;
        return restored is null ? store.With(codec) : store.ForRun(restored, codec);
    }

    /// <summary>A durable store is a template: each run has data of its own.</summary>
    private static bool IsPerRun(string key, object value) =>
        value is PerRun || (key == StoreKey && value is MemoryStore { IsDurable: true });

    /// <summary>A copy with another value under a key that is there.</summary>
    internal Resources With(string key, object value) =>
        new(this, new Dictionary<string, object>(Values) { [key] = value });

    private static string KeyOf(Enum key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.ToString();
    }

    private static T Typed<T>(string key, object? found)
    {
        if (found is not { } value)
            throw new CanoException(CanoError.Of(Fault.NewResourceNotFound(key)));
        if (value is T typed)
            return typed;
        var (stored, wanted) =
            value is PerRun
                ? ("value made for each run", TypeNames.Of(typeof(T)))
                : TypeNames.OfBoth(value.GetType(), typeof(T));
        throw new CanoException(CanoError.Of(Fault.NewResourceTypeMismatch(key, wanted, stored)));
    }

    /// <summary>A host may have a service under the enum's value itself.</summary>
    private object? Find(Enum key, string name, Type type)
    {
        if (Values.TryGetValue(name, out var value))
            return value;
        return _services is null ? null : KeyedServices.Find(_services, key, name, type);
    }

    private object? Find(string key, Type type)
    {
        if (Values.TryGetValue(key, out var value))
            return value;
        return _services is null ? null : KeyedServices.Find(_services, key, type);
    }

    private sealed record PerRun(Func<object> Factory)
    {
        public object Make(string key)
        {
            try
            {
                var made = Factory() ?? throw new InvalidOperationException("the factory made null");
                if (made is IResource resource)
                    Lookalikes.ThrowIfAny(resource, "make");
                return made;
            }
            catch (Exception thrown) when (thrown is not CanoException)
            {
                var text = $"Resource '{key}' could not be made: {UserText.Of(thrown)}";
                throw new CanoException(CanoError.Of(Fault.NewGeneric(text)), thrown);
            }
        }
    }
}
