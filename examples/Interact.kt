// Turns a volume over gRPC on Android: a View follows the finger and gets the picture at rest when it stops.
//
// With the protobuf Gradle plugin over ../proto, io.grpc:grpc-kotlin-stub and io.grpc:grpc-okhttp. Frames come as fast as
// they are shown: the flow is collected on the main thread, and the server has one frame under way.

import android.graphics.BitmapFactory
import android.widget.ImageView
import io.grpc.okhttp.OkHttpChannelBuilder
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.receiveAsFlow
import vitrine.v1.RenderServiceGrpcKt.RenderServiceCoroutineStub
import vitrine.v1.ViewUpdate
import vitrine.v1.copy
import vitrine.v1.viewUpdate

class VolumeStream(address: String, private val image: ImageView, private var state: ViewUpdate) {
    private val stub = RenderServiceCoroutineStub(OkHttpChannelBuilder.forTarget(address).build())
    private val updates = Channel<ViewUpdate>(Channel.CONFLATED)

    // Call for each touch event, and with `moving = false` when the finger leaves the screen.
    fun turn(x: Double, y: Double, moving: Boolean) {
        state = state.copy {
            sequence += 1
            this.moving = moving
            view = view.copy {
                volume = volume.copy {
                    camera = camera.copy { position = position.copy { this.x = x; this.y = y } }
                }
            }
        }
        updates.trySend(state)
    }

    // Runs until the screen is left. After an error of the call, call it again and send the same update.
    suspend fun show(onError: (String) -> Unit, onProgress: (Double) -> Unit) {
        stub.interact(updates.receiveAsFlow().conflate()).collect { frame ->
            when {
                frame.hasError() -> onError(frame.error.message)
                frame.hasProgress() -> onProgress(frame.progress)
                else -> {
                    val bytes = frame.picture.data.toByteArray()
                    image.setImageBitmap(BitmapFactory.decodeByteArray(bytes, 0, bytes.size))
                }
            }
        }
    }
}

fun volumeOf(study: String, series: String): ViewUpdate = viewUpdate {
    view = vitrine.v1.view {
        target = vitrine.v1.target {
            studyInstanceUid = study
            seriesInstanceUid = series
        }
        volume = vitrine.v1.volumeView { camera = vitrine.v1.camera { position = vitrine.v1.vector3 { y = -500.0 } } }
    }
}
