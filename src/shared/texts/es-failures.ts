import type { Failure, FailureCode } from '../domain/failure.ts'

interface FailureText extends Pick<Failure, 'message' | 'action'> {
  readonly endedAction?: string
}

const text = (message: string, action: string, endedAction?: string): FailureText => ({
  message,
  action,
  ...(endedAction === undefined ? {} : { endedAction }),
})

/** What a person reads for each failure, in Spanish; in English it stands with the codes. */
export const esFailures: Readonly<Record<FailureCode, FailureText>> = {
  // the dropped file
  'source-gone': text('El archivo ya no está ahí.', 'Ponlo de nuevo en su sitio y suéltalo otra vez.'),
  'source-changed': text(
    'El archivo cambió mientras se leía.',
    'Se lee de nuevo solo.',
    'Reinténtalo cuando ya nada lo cambie.',
  ),
  'source-busy': text(
    'El archivo aún se está escribiendo.',
    'Se lee cuando esté completo.',
    'Reinténtalo cuando esté completo.',
  ),
  'source-unreadable': text('El archivo no se puede leer.', 'Revisa sus permisos y suéltalo otra vez.'),
  'folder-unreadable': text('La carpeta no se pudo leer.', 'Revisa sus permisos y suéltala otra vez.'),
  'name-not-utf8': text('El nombre del archivo no se puede leer.', 'Cámbiale el nombre y suéltalo otra vez.'),
  'empty-file': text('El archivo está vacío.', 'Exporta el diseño de nuevo.'),
  'unsupported-format': text('No es una imagen que Galley acepte.', 'Guárdala como PNG, JPEG, WebP, TIFF, GIF o AVIF.'),
  'unread-kind': text('Galley no lee este tipo de imagen.', 'Guárdala como PNG en RGB y suéltala otra vez.'),
  'damaged-image': text('La imagen está dañada o incompleta.', 'Exporta el diseño de nuevo.'),
  'too-many-pixels': text('La imagen tiene demasiados píxeles.', 'Expórtala a un tamaño menor.'),
  'aspect-ratio': text('La imagen es más de 50 veces más larga que ancha.', 'Recórtala y suéltala otra vez.'),
  'image-timeout': text('Leer la imagen tardó demasiado.', 'Exporta el diseño de nuevo, más pequeño.'),
  poison: text('Leer este archivo cerró su proceso tres veces.', 'Exporta el diseño de nuevo, o déjalo fuera.'),
  // the NAS
  'nas-unreachable': text(
    'El NAS no responde.',
    'Revisa su dirección y la red. Las subidas siguen cuando responda; no se pierde nada.',
  ),
  'connection-lost': text(
    'Se cortó la conexión con el NAS.',
    'Se intenta de nuevo solo.',
    'Se cortó en cada intento con este archivo, y no con otros: reinténtalo o déjalo fuera.',
  ),
  'nas-timeout': text(
    'El NAS dejó de responder.',
    'Se intenta de nuevo solo.',
    'Ocurrió en cada intento con este archivo, y no con otros: reinténtalo o déjalo fuera.',
  ),
  'host-key-unknown': text(
    'El NAS aún no es conocido.',
    'Compara su huella con la que muestra el NAS y después confía en él.',
  ),
  'host-key-changed': text(
    'La identidad del NAS cambió. Las subidas se detuvieron.',
    'Pregunta a tu administrador antes de confiar en él. No se pierde nada.',
  ),
  'needs-sign-in': text(
    'El NAS rechazó el acceso.',
    'Revisa el usuario y la contraseña o la clave. No se pierde nada.',
  ),
  'code-wanted': text('El NAS pide un código de un solo uso.', 'Escribe el código. No se pierde nada.'),
  'password-expired': text(
    'La contraseña del NAS ha caducado.',
    'Pon una nueva en el NAS y dala aquí. No se pierde nada.',
  ),
  'key-unusable': text(
    'La clave privada no se puede usar.',
    'Elige otro archivo de clave. No se preguntó al NAS. No se pierde nada.',
  ),
  'key-locked': text(
    'La clave privada está protegida con una frase.',
    'Da su frase: en Ajustes, o con --passphrase-file. No se pierde nada.',
  ),
  'no-common-algorithm': text(
    'El NAS y Galley no tienen ningún cifrado en común.',
    'Actualiza el NAS, o permite en él uno de los que Galley acepta. No se pierde nada.',
  ),
  'old-algorithms-only': text(
    'El NAS solo conoce cifrados antiguos, que Galley no usa sin que se le pida.',
    'Actualiza el NAS, o permite los algoritmos antiguos para él: en Ajustes, o con --old-algorithms on. No se pierde nada.',
  ),
  'sign-in-slow': text(
    'El NAS tarda demasiado en iniciar la sesión.',
    'Pregunta a tu administrador a qué espera. Se vuelve a intentar solo; no se pierde nada.',
  ),
  'sftp-off': text(
    'El NAS no ofrece SFTP a este usuario.',
    'Activa SFTP en el NAS, o permíteselo a este usuario. No se pierde nada.',
  ),
  'sftp-garbled': text(
    'Lo que responde en el NAS no es SFTP: algo escribe al iniciar la sesión.',
    'Quita esa salida del archivo de inicio de esta cuenta. No se pierde nada.',
  ),
  'session-refused': text(
    'El NAS cerró la sesión justo después de abrirla.',
    'Pregunta a tu administrador por esta cuenta: su shell, su carpeta, su límite de sesiones. No se pierde nada.',
  ),
  'nas-busy': text('El NAS no acepta otra conexión ahora; las subidas la usan.', 'Vuelve a mirar cuando terminen.'),
  'folder-missing': text('Esa carpeta no existe en el NAS.', 'Elige una carpeta que exista. No se pierde nada.'),
  'place-other': text(
    'Esta carpeta del NAS no es la de los diseños de la tienda.',
    'Elige el NAS y la carpeta que usan los demás equipos de la tienda, o di qué carpeta es (`galley nas place`). No se pierde nada.',
  ),
  'rename-refused': text(
    'El NAS acepta archivos pero no deja darles su nombre.',
    'Permite a este usuario renombrar y borrar archivos en la carpeta. No se pierde nada.',
  ),
  'nas-quota': text(
    'El NAS no acepta más bytes, aunque muestra espacio libre.',
    'Puede que se haya agotado una cuota: libera espacio o amplíala, y reintenta. No se pierde nada.',
  ),
  'nas-full': text('El NAS está lleno.', 'Libera espacio y reintenta. No se pierde nada.'),
  'nas-read-only': text(
    'No se puede escribir en el NAS.',
    'Permite la escritura en la carpeta compartida y reintenta. No se pierde nada.',
  ),
  'permission-denied': text(
    'El NAS no deja que este usuario lea o escriba ahí.',
    'Pide permiso de lectura y escritura para esa carpeta. No se pierde nada.',
  ),
  'remote-conflict': text(
    'Otra cosa ocupa ese lugar en el NAS.',
    'Mira esa carpeta en el NAS y reintenta. No se pierde nada.',
  ),
  'verification-failed': text(
    'El archivo en el NAS no coincidía con lo enviado.',
    'Se envía de nuevo solo.',
    'Se envió varias veces, y otros llegaron enteros: revisa este y reinténtalo.',
  ),
  'nas-failure': text(
    'El NAS informó de un fallo.',
    'Se intenta de nuevo solo.',
    'Se intentó varias veces, y otros archivos fueron aceptados: pregunta a tu administrador y reinténtalo.',
  ),
  'design-gone': text('El archivo ya no está en el NAS.', 'Búscalo allí, o sube el diseño de nuevo.'),
  'design-altered': text('El archivo en el NAS no es el que se subió.', 'Míralo allí, o sube el diseño de nuevo.'),
  'twin-gone': text('La copia del colega ya no está en el NAS.', 'La tuya se queda: busca la suya, o conserva ambas.'),
  'cannot-replace': text(
    'No puede ocupar el lugar de ese diseño.',
    'Conserva ambos, o súbelo en el mismo formato que aquel.',
  ),
  // the backend
  'backend-unreachable': text('El servidor de registros no responde.', 'Revisa su dirección. No se pierde nada.'),
  'backend-key-unknown': text(
    'El servidor de registros aún no es conocido.',
    'Compara su huella con la que indica el servicio y después confía en él: en Ajustes, o con --backend-key.',
  ),
  'backend-key-changed': text(
    'La identidad del servidor de registros cambió. No se le envió nada.',
    'Pregunta a tu administrador antes de confiar en él. No se pierde nada.',
  ),
  'records-service-down': text(
    'No arranca el proceso que guarda los registros de la tienda en este equipo.',
    'Se intenta de nuevo solo. Las subidas siguen y sus registros esperan; no se pierde nada.',
  ),
  'backend-busy': text('El servidor de registros está ocupado.', 'Se intenta de nuevo solo.'),
  'backend-token': text(
    'El servidor de registros rechazó el token.',
    'Pide un token nuevo para esta tienda. No se pierde nada.',
  ),
  'pairing-refused': text(
    'El servidor de registros no aceptó el código.',
    'Compáralo, o pide uno nuevo: un código vale una vez, durante diez minutos.',
  ),
  'backend-rejected': text(
    'El servidor de registros rechazó el registro.',
    'Mira los detalles; el archivo está a salvo en el NAS. Reintentar envía el registro otra vez, por ejemplo cuando el servidor se haya actualizado.',
  ),
  'record-differs': text(
    'La tienda ya tiene un registro de este diseño, con otro contenido.',
    'Vale aquel, y el archivo está a salvo en el NAS. Reintentar envía este otra vez, cuando aquel ya no exista.',
  ),
  'record-path-taken': text(
    'En este lugar del NAS los registros de la tienda tienen otro diseño.',
    'Mira cuál de los dos está allí. Reintentar envía el registro otra vez, cuando aquel ya no exista; no se pierde nada.',
  ),
  'claimed-elsewhere': text(
    'Otro equipo de la tienda está enviando este diseño.',
    'Se omite aquí en cuanto esté guardado allí, y se envía desde aquí si no llega a estarlo. Desde los detalles se puede enviar ya desde aquí.',
  ),
  'import-elsewhere': text('Otro puesto está leyendo esta carpeta.', 'Sus diseños llegan aquí por sí solos.'),
  'template-changed': text(
    'Otro equipo cambió esta plantilla mientras tanto.',
    'Compara las dos y guarda la tuya encima, o déjala como está. No se guardó nada.',
  ),
  'templates-read-only': text(
    'Las plantillas de la tienda no se pueden cambiar mientras su servidor de registros no responde.',
    'Cámbiala cuando el servidor responda. Las subidas siguen con las plantillas como están.',
  ),
  'mockup-picture-gone': text('Falta una imagen del mockup.', 'Guarda el mockup otra vez con ella y reinténtalo.'),
  'mockup-wrong': text('El mockup no se puede dibujar así.', 'Corrige lo que se indica. No se guardó nada.'),
  'mockup-changed': text(
    'Otro equipo cambió este mockup mientras tanto.',
    'Compara los dos y guarda el tuyo encima, o déjalo como está. No se guardó nada.',
  ),
  'history-changed': text(
    'El servidor de registros volvió a un estado anterior.',
    'Este equipo le envía lo que le falta y luego sigue. No se pierde nada.',
  ),
  'pairing-other-key': text(
    'Lo que responde no es el servidor que creó el código: su huella es otra. No se le envió nada.',
    'Compara la dirección y la huella con lo impreso junto al código, o pregunta a tu administrador.',
  ),
  'backend-anew': text(
    'El servidor de registros no sabe nada del pasado de esta tienda: se creó de nuevo, o es de otra tienda.',
    'Si es el correcto, envíale todo lo que sabe este equipo (galley records resend). Si no, vincula este equipo con el correcto. No se pierde nada.',
  ),
  // this computer
  'disk-full': text('El disco de este equipo está lleno.', 'Libera espacio y reintenta. No se pierde nada.'),
  'disk-failing': text(
    'El disco de este equipo da errores.',
    'Revisa el disco y su cable. Se intenta de nuevo solo; no se pierde nada de lo confirmado.',
  ),
  'catalog-busy': text(
    'Otro programa tiene bloqueado el catálogo de Galley.',
    'Puede ser una copia de seguridad, un antivirus o un visor de bases de datos. Galley sigue solo en cuanto lo suelta. No se pierde nada.',
  ),
  'folder-unwritable': text('No se puede escribir en la carpeta.', 'Elige otra carpeta.'),
  'data-folder-unwritable': text(
    'No se puede escribir en la carpeta de datos de Galley.',
    'Permite la escritura, o indica otra con --data-dir.',
  ),
  'catalog-newer': text('El catálogo es de un Galley más nuevo.', 'Actualiza Galley en este equipo.'),
  'catalog-damaged': text('El catálogo está dañado.', 'Aparta la carpeta de datos y abre Galley otra vez.'),
  'data-folder-in-use': text('Otro Galley usa esta carpeta de datos.', 'Ciérralo, o indica otra con --data-dir.'),
  configuration: text('Falta un ajuste o está mal.', 'Corrígelo e inténtalo de nuevo.'),
  conflict: text('Eso ya está en marcha.', 'Espera a que termine.'),
  'too-many-files': text(
    'Este equipo tiene demasiados archivos abiertos.',
    'Sigue solo cuando se cierren algunos. No se pierde nada.',
  ),
  // our own processes
  'worker-broken': text(
    'Un proceso de Galley no arranca.',
    'Se intenta de nuevo solo; si no ayuda, instala Galley otra vez. No se pierde nada.',
  ),
  'worker-gone': text(
    'Un proceso de Galley terminó.',
    'Se inicia de nuevo solo.',
    'Terminó en cada intento con este archivo: reinténtalo o déjalo fuera.',
  ),
  cancelled: text('Cancelado.', 'Suelta el archivo de nuevo para subirlo.'),
  internal: text('Un fallo de Galley.', 'Envíanos el registro de la aplicación, por favor.'),
}
