import net.openhft.chronicle.hash.VanillaGlobalMutableState;
import net.openhft.chronicle.values.ValueModel;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Makes, at build time, the one class that Chronicle Map else writes and compiles at each start of
 * a process: it looks for that class by its name first. So a start runs no Java compiler,
 * though the library still looks for the JDK's compiler module.
 *
 * <pre>java -cp DEPENDENCIES MapState.java CLASSES</pre>
 */
public final class MapState {
    private MapState() {}

    private static final class Text extends SimpleJavaFileObject {
        private final String text;

        Text(String className, String text) {
            super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path classes = Path.of(arguments[0]);
        Class<?> state = VanillaGlobalMutableState.class;
        String simpleName = state.getSimpleName() + ValueModel.$$NATIVE;
        JavaFileObject source =
                new Text(state.getPackageName() + '.' + simpleName, written(state, simpleName));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options = List.of(
                "-d", classes.toString(), "--release", "17", "-proc:none", "-nowarn", "-Xlint:none",
                "-classpath", System.getProperty("java.class.path"));
        if (!compiler.getTask(null, null, null, options, null, List.of(source)).call()) {
            throw new IOException(simpleName + " does not compile");
        }
    }

    /** Its author keeps the generator to himself; what another version does fails the build here. */
    private static String written(Class<?> state, String simpleName)
            throws ReflectiveOperationException {
        Method generate = Class.forName("net.openhft.chronicle.values.Generators")
                .getDeclaredMethod("generateNativeClass", ValueModel.class, String.class);
        generate.setAccessible(true);
        try {
            return (String) generate.invoke(null, ValueModel.acquire(state), simpleName);
        } catch (InvocationTargetException e) {
            throw new ReflectiveOperationException("no class of " + state, e.getCause());
        }
    }
}
