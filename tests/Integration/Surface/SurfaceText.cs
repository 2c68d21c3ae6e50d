using System.Reflection;

namespace Cano.Integration.Surface;

/// <summary>Public types as lines of text, a line for each type and each of its members, in an order of their
/// own.</summary>
internal static class SurfaceText
{
    private const BindingFlags Own =
        BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> s_names = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(short)] = "short",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
    };

    public static string Of(IEnumerable<Type> types) =>
        string.Concat(
            types
                .OrderBy(type => type.FullName, StringComparer.Ordinal)
                .SelectMany(Lines)
                .Select(line => line + "\n")
        );

    private static IEnumerable<string> Lines(Type type)
    {
        // F# does not mark the methods of a union's properties as such; `value__` is what an enum is made of.
        var members = type.GetMembers(Own)
            .Where(member => member is not (MethodInfo { IsSpecialName: true } or Type))
            .Where(member =>
                !member.Name.StartsWith("get_", StringComparison.Ordinal) && member.Name != "value__"
            );
        var operators = type.GetMethods(Own)
            .Where(method => method.Name.StartsWith("op_", StringComparison.Ordinal));
        return members
            .Concat(operators)
            .Select(Line)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Prepend(Head(type));
    }

    private static string Head(Type type)
    {
        var kind =
            type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.IsValueType ? "struct"
            : type is { IsAbstract: true, IsSealed: true } ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class"
            : "class";
        Type[] bases =
        [
            .. type.BaseType is { } parent && type.IsClass ? [parent] : Type.EmptyTypes,
            .. type.GetInterfaces(),
        ];
        string[] names =
        [
            .. bases.Where(it => it != typeof(object)).Select(Name).Order(StringComparer.Ordinal),
        ];
        var derived = type.IsEnum || names.Length == 0 ? "" : $" : {string.Join(", ", names)}";
        return $"{kind} {Name(type)}{derived}";
    }

    private static string Line(MemberInfo member) =>
        "    "
        + member switch
        {
            FieldInfo { IsLiteral: true } value => $"{value.Name} = {value.GetRawConstantValue()}",
            FieldInfo field => $"{Static(field.IsStatic)}{Named(field)} {field.Name}",
            PropertyInfo property => Property(property),
            ConstructorInfo constructor => $"new({Parameters(constructor)})",
            MethodInfo method =>
                $"{Static(method.IsStatic)}{Result(method)} {method.Name}({Parameters(method)})",
            _ => $"{member.MemberType} {member.Name}",
        };

    private static string Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors();
        var set = property.SetMethod is { IsPublic: true } ? " set;" : "";
        return $"{Static(accessors[0].IsStatic)}{Named(property)} {property.Name} {{ get;{set} }}";
    }

    private static string Static(bool isStatic) => isStatic ? "static " : "";

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var type = Nullable(
            parameter.ParameterType,
            new NullabilityInfoContext().Create(parameter).ReadState
        );
        var value = parameter.IsOptional ? $" = {parameter.RawDefaultValue ?? "null"}" : "";
        return $"{(parameter.IsOut ? "out " : "")}{type} {parameter.Name}{value}";
    }

    private static string Result(MethodInfo method) =>
        Nullable(method.ReturnType, new NullabilityInfoContext().Create(method.ReturnParameter).ReadState);

    private static string Named(PropertyInfo property) =>
        Nullable(property.PropertyType, new NullabilityInfoContext().Create(property).ReadState);

    private static string Named(FieldInfo field) =>
        Nullable(field.FieldType, new NullabilityInfoContext().Create(field).ReadState);

    private static string Nullable(Type type, NullabilityState state) =>
        Name(type) + (state == NullabilityState.Nullable && !type.IsValueType ? "?" : "");

    private static string Name(Type type)
    {
        if (s_names.TryGetValue(type, out var known))
            return known;
        if (type.IsByRef)
            return Name(type.GetElementType()!);
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (System.Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying) + "?";
        var name =
            type.IsNested && !type.IsGenericParameter
                ? $"{Name(type.DeclaringType!)}.{type.Name}"
                : type.Name;
        if (!type.IsGenericType)
            return name;
        var arguments = string.Join(", ", type.GetGenericArguments().Select(Name));
        return $"{name.Split('`')[0]}<{arguments}>";
    }
}
